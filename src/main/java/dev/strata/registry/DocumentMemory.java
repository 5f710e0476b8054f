package dev.strata.registry;

import dev.strata.memory.MemoryBudget;
import dev.strata.memory.MemoryBudget.Share;
import dev.strata.oci.RegistryException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Bounds how much of large manifests all requests together work with at once. A request has its share until it ends;
 * work that is no request goes one thing at a time anyway.
 */
@Component
public class DocumentMemory {

    private final MemoryBudget memory;
    private final ThreadLocal<@Nullable Share> request = new ThreadLocal<>();

    DocumentMemory(MemoryBudget memory) {
        this.memory = memory;
    }

    /** A request begins on this thread. */
    public void begin() {
        request.set(memory.take(0, "large manifests"));
    }

    /** The request of this thread has ended. */
    public void end() {
        Share share = request.get();
        request.remove();
        if (share != null) {
            share.close();
        }
    }

    /**
     * Takes memory that this thread's request holds until it ends.
     *
     * @throws RegistryException CONTENDED
     */
    void keep(long bytes) {
        Share share = request.get();
        if (share != null) {
            share.grow(bytes);
        }
    }

    /** Takes memory for a moment. */
    Share take(long bytes) {
        return memory.take(bytes, "large manifests");
    }
}
