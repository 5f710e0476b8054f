package dev.strata.cache.entries;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.step.LayerAnnotations;
import java.util.Map;

/**
 * A layer as a manifest refers to it.
 *
 * @param size in bytes, as it is stored
 * @param annotations what else is said of it there
 */
public record Layer(MediaType mediaType, Digest digest, long size, LayerAnnotations annotations) {

    /** A layer of which nothing else is said. */
    public Layer(MediaType mediaType, Digest digest, long size) {
        this(mediaType, digest, size, LayerAnnotations.NONE);
    }

    /** @throws RegistryException SIZE_INVALID for a negative size */
    public Layer {
        if (size < 0) {
            throw new RegistryException(
                    Problem.SIZE_INVALID, "a layer's size is 0 or more", Map.of("digest", digest.toString()));
        }
    }
}
