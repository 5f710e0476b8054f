package dev.strata.upkeep.moving;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Some threads for one command. What is given to them waits for its turn, and whoever gives waits while that is much. The
 * first failure ends all: what comes after it is not begun.
 */
public final class Crew implements AutoCloseable {

    private final int most;
    private final Semaphore room;
    private final ThreadPoolExecutor threads;
    private final ScheduledExecutorService clock;
    private final Future<?> progress;
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

    /** @param progress is told now and then while this works; where it fails, all ends */
    public Crew(int size, Duration every, Runnable progress) {
        this.most = size * 4;
        this.room = new Semaphore(most);
        this.threads = new ThreadPoolExecutor(
                size, size, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(most),
                Thread.ofPlatform().daemon().name("moving-", 0).factory());
        this.clock = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("progress").factory());
        this.progress = clock.scheduleAtFixedRate(() -> guard(progress), every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** @throws RuntimeException what failed, here or before */
    public void give(Runnable task) {
        rethrow();
        room.acquireUninterruptibly();
        threads.execute(() -> {
            try {
                if (failure.get() == null) {
                    guard(task);
                }
            } finally {
                room.release();
            }
        });
    }

    private void guard(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    /** Returns when all that was given is done. */
    public void await() {
        room.acquireUninterruptibly(most);
        room.release(most);
        rethrow();
    }

    private void rethrow() {
        RuntimeException first = failure.get();
        if (first != null) {
            throw first;
        }
    }

    @Override
    public void close() {
        progress.cancel(false);
        clock.close();
        threads.close();
    }
}
