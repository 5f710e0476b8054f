package dev.strata.registry;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What the registry accepts and keeps at hand.
 *
 * @param delete whether tags, manifests and blobs can be deleted
 * @param sparseImages what happens to an image some of whose layers are missing
 * @param autoMount whether a client that asks for a blob is given it from another repository
 * @param manifestMaxSize the largest manifest that is accepted; at least 4 MiB, which the specification asks
 *     for, at most 64 MiB, and at most a twentieth of the heap
 * @param manifestCache memory for manifests that are pulled often
 * @param tagListCache memory for lists of tags that are asked for often
 */
@ConfigurationProperties("strata.registry")
public record RegistryProperties(
        @DefaultValue("true") boolean delete,
        @DefaultValue("partial") SparseImages sparseImages,
        @DefaultValue("auto") AutoMount autoMount,
        @DefaultValue("8MB") DataSize manifestMaxSize,
        @DefaultValue("16MB") DataSize manifestCache,
        @DefaultValue("12MB") DataSize tagListCache) {

    private static final DataSize LEAST_MAX_SIZE = DataSize.ofMegabytes(4);
    /** A manifest is held in memory, several times while it is read and written, and others beside it. */
    private static final int TIMES_IN_HEAP = 20;
    private static final DataSize MOST_MAX_SIZE = DataSize.ofMegabytes(64);

    public RegistryProperties {
        if (manifestMaxSize.compareTo(LEAST_MAX_SIZE) < 0 || manifestMaxSize.compareTo(MOST_MAX_SIZE) > 0) {
            throw new IllegalArgumentException("strata.registry.manifest-max-size must be 4MB at least and 64MB at most");
        }
        requireHeap(manifestMaxSize, Runtime.getRuntime().maxMemory());
        if (manifestCache.isNegative()) {
            throw new IllegalArgumentException("strata.registry.manifest-cache must not be negative");
        }
        if (tagListCache.isNegative()) {
            throw new IllegalArgumentException("strata.registry.tag-list-cache must not be negative");
        }
    }

    static void requireHeap(DataSize manifestMaxSize, long heap) {
        if (manifestMaxSize.toBytes() > heap / TIMES_IN_HEAP) {
            throw new IllegalArgumentException("strata.registry.manifest-max-size of " + manifestMaxSize.toMegabytes()
                    + "MB needs a heap of " + TIMES_IN_HEAP * manifestMaxSize.toMegabytes() + "MB, and it has "
                    + DataSize.ofBytes(heap).toMegabytes() + "MB");
        }
    }

    /** @throws RegistryException UNSUPPORTED where deletion is switched off */
    public void requireDelete() {
        if (!delete) {
            throw new RegistryException(Problem.UNSUPPORTED, "deletion is switched off in this registry", Map.of());
        }
    }

    /** From which repositories a client that may push is given blobs that it asks for. */
    public enum AutoMount {
        /** From none. */
        OFF,
        /** From those that the request may read: a token limits that to what it names. On a registry without logins, from all. */
        AUTO,
        /** From those that the caller may read, also where the token that they show does not name them. */
        READABLE
    }

    /**
     * What happens to an image some of whose layers are missing. The specification leaves it to the registry ("Pushing
     * Manifests"); its conformance suite pushes such images.
     */
    public enum SparseImages {
        /** It is accepted with a warning where its configuration and a layer are here; an image of nothing is not. */
        PARTIAL,
        /** It is refused. */
        REJECT
    }
}
