package dev.strata.storage.bucket;

import dev.strata.problem.RegistryException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads that send parts while requests receive the next ones. What they have no time for waits. */
final class Senders implements AutoCloseable {

    private static final int IDLE_SECONDS = 30;

    private final ThreadPoolExecutor threads;

    Senders(int most) {
        threads = new ThreadPoolExecutor(
                most,
                most,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("parts-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    <T> Future<T> submit(Callable<T> request) {
        return threads.submit(request);
    }

    /** What the request threw is thrown here. */
    <T> T await(Future<T> request) throws IOException {
        try {
            return request.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RegistryException cause -> throw cause;
                case IOException cause -> throw cause;
                case null, default -> throw new IllegalStateException("A part was not sent", e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Sending a part was interrupted");
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
