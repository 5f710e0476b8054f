package dev.strata.registry.manifests;

import dev.strata.memory.MemoryBudget.Share;
import dev.strata.memory.MemoryBudget;
import dev.strata.memory.SharedContent;
import dev.strata.oci.Digest;
import dev.strata.problem.RegistryException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Bounds how much of large manifests and configurations is in memory at once. A request has what it keeps until it ends.
 */
@Component
public class DocumentMemory {

    /** In bytes, of what background work reads. */
    private static final long SMALL = 1024 * 1024;
    private static final String WHAT = "large documents";

    private final MemoryBudget memory;
    private final SharedContent<Digest> contents;
    private final SharedContent<Digest> loading;
    private final ReentrantLock readingLarge = new ReentrantLock();
    private final ThreadLocal<@Nullable Kept> request = new ThreadLocal<>();

    DocumentMemory(MemoryBudget memory) {
        this.memory = memory;
        this.contents = SharedContent.kept(memory, WHAT);
        this.loading = SharedContent.loaded(memory, WHAT);
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
     * Takes memory for what is read now. This thread's request keeps it until it ends. Work that is no request reads what
     * is large one thing at a time: it may hold locks for which those wait who have the memory.
     *
     * @return to be closed when it has been read
     * @throws RegistryException CONTENDED
     */
    public Reading read(long bytes) {
        Kept kept = request.get();
        if (kept != null) {
            kept.documents().grow(bytes);
            return () -> {};
        }
        if (bytes <= SMALL) {
            return () -> {};
        }
        readingLarge.lock();
        return readingLarge::unlock;
    }

    /** Ends on the thread that began it. */
    public interface Reading extends AutoCloseable {

        @Override
        void close();
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

    /**
     * Does something that is not for this thread's request, though it is done by it: what that reads is not kept until the
     * request ends, and it reads what is large one thing at a time.
     */
    public <T> T apart(Supplier<T> work) {
        Kept kept = request.get();
        request.remove();
        try {
            return work.get();
        } finally {
            if (kept != null) {
                request.set(kept);
            }
        }
    }

    /**
     * Takes memory for a manifest's bytes while the database is asked for them, once for all who ask at the same time.
     *
     * @throws RegistryException CONTENDED
     */
    SharedContent.Hold load(Digest manifest, long bytes) {
        return loading.hold(manifest, bytes);
    }

    /** Has this called when memory is short: it drops what is kept and can be had again. */
    void whenShort(Runnable drop) {
        memory.whenShort(drop);
    }

    /** Takes memory for a moment. */
    public Share take(long bytes) {
        return memory.take(bytes, WHAT);
    }
}
