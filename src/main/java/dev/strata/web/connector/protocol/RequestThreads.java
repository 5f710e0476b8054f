package dev.strata.web.connector.protocol;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.tomcat.util.threads.TaskThreadFactory;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;

/**
 * The threads that serve requests. An upload keeps one while its client sends, however slowly, and brings one more into being
 * for the others, up to the most that are allowed. All other requests share half of those: each costs some 60 KB while it is
 * served, and more of them at once would not be served any sooner.
 */
final class RequestThreads {

    private static final Duration IDLE = Duration.ofMinutes(1);

    private final int most;
    private final ThreadPoolExecutor executor;
    private final AtomicInteger uploads = new AtomicInteger();

    /**
     * @param least how many stay when there is nothing to do
     * @param most how many there are with very many uploads
     */
    RequestThreads(String name, int priority, int least, int most) {
        this.most = most;
        RequestQueue queue = new RequestQueue();
        this.executor = new ThreadPoolExecutor(
                Math.min(least, others()),
                others(),
                IDLE.toSeconds(),
                TimeUnit.SECONDS,
                queue,
                new TaskThreadFactory(name + "-exec-", true, priority));
        queue.serve(executor);
    }

    ThreadPoolExecutor executor() {
        return executor;
    }

    void shutDown(Duration longest) {
        executor.shutdownNow();
        try {
            executor.awaitTermination(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int others() {
        return Math.max(1, most / 2);
    }

    /** An upload keeps this thread. */
    void beginUpload() {
        resize(uploads.incrementAndGet());
        if (!executor.getQueue().isEmpty()) {
            executor.execute(() -> {}); // brings the thread into being that takes what waits
        }
    }

    void endUpload() {
        resize(uploads.decrementAndGet());
    }

    /** Where two come at once, either may be last; the next puts it right. */
    private void resize(int uploads) {
        executor.setMaximumPoolSize(Math.min(most, others() + Math.max(0, uploads)));
    }
}
