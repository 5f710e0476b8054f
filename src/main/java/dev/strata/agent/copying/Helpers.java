package dev.strata.agent.copying;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Does many things, some at a time. The first that fails ends all. */
final class Helpers implements AutoCloseable {

    private final int size;
    private final Semaphore idle;
    private final ExecutorService threads;
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

    Helpers(int size) {
        this.size = size;
        this.idle = new Semaphore(size);
        this.threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("copying-", 0).factory());
    }

    /** Begins something when one of them is idle. */
    void give(Runnable task) {
        rethrow();
        idle.acquireUninterruptibly();
        threads.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                failure.compareAndSet(null, e);
            } finally {
                idle.release();
            }
        });
    }

    /** Returns when all is done. */
    void await() {
        idle.acquireUninterruptibly(size);
        idle.release(size);
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
        threads.close();
    }
}
