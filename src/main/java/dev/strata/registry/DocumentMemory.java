package dev.strata.registry;

import dev.strata.memory.MemoryBudget;
import dev.strata.memory.MemoryBudget.Share;
import dev.strata.memory.SharedContent;
import dev.strata.oci.Digest;
import dev.strata.oci.RegistryException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Bounds how much of large manifests all requests together work with at once. A request has what it keeps until it ends;
 * work that is no request goes one thing at a time anyway.
 */
@Component
public class DocumentMemory {

    private static final String WHAT = "large manifests";

    private final MemoryBudget memory;
    private final SharedContent<Digest> contents;
    private final ThreadLocal<@Nullable Kept> request = new ThreadLocal<>();

    DocumentMemory(MemoryBudget memory) {
        this.memory = memory;
        this.contents = new SharedContent<>(memory, WHAT);
    }

    private record Kept(Share documents, List<SharedContent.Hold> contents) {}

    /** A request begins on this thread. */
    public void begin() {
        request.set(new Kept(memory.take(0, WHAT), new ArrayList<>(0)));
    }

    /** The request of this thread has ended. */
    public void end() {
        Kept kept = request.get();
        request.remove();
        if (kept != null) {
            kept.documents().close();
            kept.contents().forEach(SharedContent.Hold::close);
        }
    }

    /**
     * Takes memory that this thread's request holds until it ends.
     *
     * @throws RegistryException CONTENDED
     */
    void keep(long bytes) {
        Kept kept = request.get();
        if (kept != null) {
            kept.documents().grow(bytes);
        }
    }

    /**
     * Takes memory for a manifest's bytes, which this thread's request holds until it ends, and shares with others that
     * hold the same. To be called before the bytes are there.
     *
     * @throws RegistryException CONTENDED
     */
    void keep(Digest manifest, long bytes) {
        Kept kept = request.get();
        if (kept != null) {
            kept.contents().add(contents.hold(manifest, bytes));
        }
    }

    /** Takes memory for a moment. */
    Share take(long bytes) {
        return memory.take(bytes, WHAT);
    }
}
