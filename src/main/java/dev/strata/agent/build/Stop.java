package dev.strata.agent.build;

import dev.strata.agent.AgentException;
import dev.strata.agent.cache.Heartbeats;
import dev.strata.agent.process.Commands;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** What happens where the user or the machine stops a build: nothing of it runs on, and others need not wait for it. */
public final class Stop implements AutoCloseable {

    private static final Duration TIDYING = Duration.ofSeconds(5);

    private final Commands commands;
    private final Progress progress;
    private final AtomicReference<Optional<Heartbeats>> held = new AtomicReference<>(Optional.empty());
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "stop");

    public Stop(Commands commands, Progress progress) {
        this.commands = commands;
        this.progress = progress;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** These leases are given back then. */
    public void giveBack(Heartbeats leases) {
        held.set(Optional.of(leases));
    }

    private void stop() {
        progress.note("stopping");
        commands.stop();
        held.get().ifPresent(Heartbeats::giveBack);
        try {
            ended.await(TIDYING.toMillis(), TimeUnit.MILLISECONDS); // files that only this build needs are removed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        progress.failed("stopped");
        Runtime.getRuntime().halt(AgentException.Outcome.INTERRUPTED.exitCode());
    }

    /** The build has come to its end. */
    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            return; // the hook ends the process
        }
    }
}
