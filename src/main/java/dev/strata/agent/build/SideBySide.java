package dev.strata.agent.build;

import dev.strata.agent.AgentException;
import dev.strata.agent.cache.CacheAwayException;
import dev.strata.agent.plan.StagePlan;
import dev.strata.agent.process.Commands;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The stages of a build, each worked on as soon as those that it needs are done. */
public final class SideBySide {

    /** As many builders at once keep the machine busy; more of them only wait for each other. */
    private static final int BUILDERS = Math.max(4, Runtime.getRuntime().availableProcessors());

    private static final long MOMENT_MILLIS = 100;

    private final Commands commands;
    private final Semaphore builders = new Semaphore(BUILDERS);

    /** @param commands what the work starts, and what is ended where a stage fails */
    public SideBySide(Commands commands) {
        this.commands = commands;
    }

    /** What is done for a stage. */
    interface Work {
        void on(StagePlan stage) throws CacheAwayException;
    }

    /** What a builder does. */
    interface Building<T> {
        T run();
    }

    /**
     * Works on all stages, and ends when the last is done. The first that fails ends all others.
     *
     * @param stages in an order in which each comes after those that it needs
     * @throws CacheAwayException as that of the stage that failed first; its unchecked exceptions likewise
     * @throws AgentException INTERRUPTED
     */
    void forEach(List<StagePlan> stages, Work work) throws CacheAwayException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletionService<Void> ended = new ExecutorCompletionService<>(threads);
            Map<Integer, Future<Void>> begun = new HashMap<>();
            for (StagePlan stage : stages) {
                List<Future<Void>> needed = stage.needs().stream().map(begun::get).toList();
                begun.put(stage.index(), ended.submit(() -> {
                    for (Future<Void> other : needed) {
                        other.get();
                    }
                    work.on(stage);
                    return null;
                }));
            }
            try {
                for (int i = 0; i < stages.size(); i++) {
                    ended.take().get();
                }
            } catch (ExecutionException e) {
                throw failure(e.getCause());
            } finally {
                end(threads);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Runs a builder once there is room for it. */
    <T> T build(Building<T> building) {
        try {
            builders.acquire();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        try {
            return building.run();
        } finally {
            builders.release();
        }
    }

    /** Those that wait see that they are interrupted, and programs that are just being started are ended after that. */
    private void end(ExecutorService threads) throws InterruptedException {
        threads.shutdownNow();
        while (!threads.awaitTermination(MOMENT_MILLIS, TimeUnit.MILLISECONDS)) {
            commands.endRunning();
        }
    }

    private static RuntimeException failure(Throwable cause) throws CacheAwayException {
        return switch (cause) {
            case CacheAwayException away -> throw away;
            case ExecutionException ofOther -> failure(ofOther.getCause()); // who waited for it may be heard first
            case RuntimeException failure -> failure;
            case Error error -> throw error;
            default -> new IllegalStateException(cause);
        };
    }

    private static AgentException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new AgentException(AgentException.Outcome.INTERRUPTED, "stopped", e);
    }
}
