package dev.strata.registry;

import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/**
 * Bounds how much of large manifests all requests together work with at once: what is made of one takes many times its
 * bytes. A request has its share until it ends; work that is no request goes one thing at a time anyway.
 */
@Component
public class DocumentMemory {

    private static final int SHARE_OF_HEAP = 48;
    /** In bytes; nearly all manifests are smaller, and there are not more of those at once than threads. */
    private static final int FREE = 64 * 1024;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final int all = (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    private final Semaphore memory = new Semaphore(all, true);
    private final ThreadLocal<Integer> taken = new ThreadLocal<>();

    /** A request begins on this thread. */
    public void begin() {
        taken.set(0);
    }

    /** The request of this thread has ended. */
    public void end() {
        Integer share = taken.get();
        taken.remove();
        if (share != null && share > 0) {
            memory.release(share);
        }
    }

    /**
     * Takes a share for this thread's request, unless it has one: it would wait for itself.
     *
     * @param bytes of a document; one that is larger than the whole waits until it is alone
     * @throws RegistryException CONTENDED where others had too much for too long
     */
    void take(long bytes) {
        Integer before = taken.get();
        if (bytes > FREE && before != null && before == 0) {
            int share = (int) Math.min(bytes, all);
            try {
                if (!memory.tryAcquire(share, LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw busy(bytes);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw busy(bytes);
            }
            taken.set(share);
        }
    }

    private static RegistryException busy(long bytes) {
        return new RegistryException(
                Problem.CONTENDED, "too many large manifests are read at once", Map.of("size", bytes));
    }
}
