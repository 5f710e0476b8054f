package dev.strata.savings.counted;

import dev.strata.oci.Digest;
import java.util.Optional;

/**
 * A layer on the layers below it.
 *
 * @param parentId the stack below, {@link #ROOT} where there is none
 * @param stack its name, see docs/savings.md
 * @param digest the layer's
 * @param size the layer's, in bytes
 * @param depth how many layers it has
 * @param images how many images begin with it
 * @param ends how many of them end here
 * @param children how many layers stand directly on it
 * @param childrenSize the sizes of those, in bytes
 * @param createdBy the instruction that made the layer, where an image told it
 */
public record Stack(
        long id,
        long parentId,
        Digest stack,
        Digest digest,
        long size,
        int depth,
        int images,
        int ends,
        int children,
        long childrenSize,
        Optional<String> createdBy) {

    public static final long ROOT = 0;

    public long saved() {
        return size * Math.max(0, images - 1);
    }

    public Stack withImages(int change, int endsChange) {
        return new Stack(
                id, parentId, stack, digest, size, depth, images + change, ends + endsChange, children, childrenSize,
                createdBy);
    }

    public Stack withChild(int change, long childSize) {
        return new Stack(
                id, parentId, stack, digest, size, depth, images, ends, children + change,
                childrenSize + change * childSize, createdBy);
    }
}
