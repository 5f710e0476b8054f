package dev.strata.registry;

import dev.strata.oci.HeapShare;
import dev.strata.oci.RegistryException;
import org.springframework.stereotype.Component;

/**
 * Bounds how much of large manifests all requests together work with at once. A request has its share until it ends;
 * work that is no request goes one thing at a time anyway.
 */
@Component
public class DocumentMemory {

    /** In bytes; nearly all manifests are smaller, and there are not more of those at once than threads. */
    private static final int FREE = 64 * 1024;

    private final HeapShare memory = new HeapShare("large manifests", FREE);
    private final ThreadLocal<Integer> taken = new ThreadLocal<>();

    /** A request begins on this thread. */
    public void begin() {
        taken.set(0);
    }

    /** The request of this thread has ended. */
    public void end() {
        Integer share = taken.get();
        taken.remove();
        if (share != null) {
            memory.giveBack(share);
        }
    }

    /**
     * Takes a share for this thread's request, unless it has one: it would wait for itself.
     *
     * @param bytes of a manifest
     * @throws RegistryException CONTENDED
     */
    void take(long bytes) {
        Integer before = taken.get();
        if (before != null && before == 0) {
            taken.set(memory.take(bytes));
        }
    }
}
