package dev.strata.oci;

import dev.strata.problem.RegistryException;
import java.util.Map;
import java.util.Optional;

/**
 * What a manifest says of content that it refers to: OCI Image Specification, descriptor.md.
 *
 * @param mediaType the content's type
 * @param digest the content's identity
 * @param size the content's length in bytes, 0 or more
 * @param artifactType the type of the artifact where the content is the manifest of one
 * @param platform what the image runs on where the content is the manifest of one, as an index says it
 * @param annotations further metadata in its order
 */
public record Descriptor(
        MediaType mediaType,
        Digest digest,
        long size,
        Optional<MediaType> artifactType,
        Optional<Platform> platform,
        Map<String, String> annotations) {

    /** @throws RegistryException MANIFEST_INVALID for a negative size */
    public Descriptor {
        if (size < 0) {
            throw ManifestParser.invalid("the size of " + digest + " is negative", "size");
        }
    }

    /** Whether the content is what BuildKit exports of its build cache, besides layers. */
    boolean isCacheConfig() {
        return mediaType.equals(MediaType.BUILDKIT_CACHE);
    }

    /** Content that is the same on every platform. */
    public Descriptor(
            MediaType mediaType,
            Digest digest,
            long size,
            Optional<MediaType> artifactType,
            Map<String, String> annotations) {
        this(mediaType, digest, size, artifactType, Optional.empty(), annotations);
    }
}
