package dev.strata.web.connector;

import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.tomcat.util.threads.RetryableQueue;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait for a thread: the eldest is next, until there are very many. Then the newest is, every other time:
 * the clients of the eldest may have given up, and if all waited for their turn, all would wait for too long.
 */
@SuppressWarnings("serial") // nobody writes it
final class NewestFirst extends LinkedBlockingDeque<Runnable> implements RetryableQueue<Runnable> {

    private static final int MANY = 64;

    private final AtomicInteger taken = new AtomicInteger();
    private @Nullable ThreadPoolExecutor threads;

    void serve(ThreadPoolExecutor executor) {
        threads = executor;
    }

    /** Refuses a request for which there may be a thread more: then the executor starts it. */
    @Override
    public boolean offer(Runnable request) {
        ThreadPoolExecutor executor = threads;
        if (executor != null
                && executor.getPoolSize() < executor.getMaximumPoolSize()
                && executor.getSubmittedCount() > executor.getPoolSize()) {
            return false;
        }
        return super.offer(request);
    }

    @Override
    public boolean force(Runnable request) {
        return super.offer(request);
    }

    @Override
    public @Nullable Runnable poll(long timeout, TimeUnit unit) throws InterruptedException {
        Runnable newest = newestOfMany();
        return newest != null ? newest : super.poll(timeout, unit);
    }

    @Override
    public Runnable take() throws InterruptedException {
        Runnable newest = newestOfMany();
        return newest != null ? newest : super.take();
    }

    private @Nullable Runnable newestOfMany() {
        return size() > MANY && taken.incrementAndGet() % 2 == 0 ? pollLast() : null;
    }
}
