package dev.strata.oci;

import dev.strata.problem.RegistryException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedCollection;
import java.util.stream.Stream;

/**
 * What a manifest's bytes say, as far as a registry reads them: OCI Image Specification, manifest.md and
 * image-index.md, and Docker's image manifest version 2, schema 2. The bytes themselves are kept beside it.
 */
public sealed interface Manifest {

    /** The type that it was pushed with. */
    MediaType mediaType();

    /** What it is about, whether present or not: image-spec "subject". */
    Optional<Digest> subject();

    /** The type that the referrers API shows for it (OCI Distribution Specification, "Listing Referrers"). */
    Optional<MediaType> artifactType();

    /** Its annotations in their order. */
    Map<String, String> annotations();

    /** The blobs that it cannot be used without, in their order: those must be present when it is pushed. */
    SequencedCollection<Descriptor> blobs();

    /** The manifests, or for a build cache the layers, that an index lists; they may be missing (sparse images). */
    SequencedCollection<Descriptor> children();

    /**
     * What describes the cache where this is one that BuildKit exported, in either of its forms: an image whose configuration
     * it is, or an index that lists it among the layers.
     */
    default Optional<Descriptor> cacheConfig() {
        return switch (this) {
            case Image image -> image.blobs().stream().limit(1).filter(Descriptor::isCacheConfig).findFirst();
            case Index index -> index.children().stream().filter(Descriptor::isCacheConfig).findFirst();
        };
    }

    /**
     * Reads a manifest.
     *
     * @param content the bytes as they were pushed
     * @param contentType the type that they were pushed with
     * @throws RegistryException MANIFEST_INVALID with what is wrong and where
     */
    static Manifest parse(byte[] content, MediaType contentType) {
        return new ManifestParser(contentType).parse(content);
    }

    /** An image, or an artifact packaged as one. */
    record Image(
            MediaType mediaType,
            Optional<MediaType> artifactType,
            List<Descriptor> blobs,
            Optional<Digest> subject,
            Map<String, String> annotations)
            implements Manifest {

        @Override
        public List<Descriptor> children() {
            return List.of();
        }
    }

    /** A list of manifests, one for each platform or of any other kind. */
    record Index(
            MediaType mediaType,
            Optional<MediaType> artifactType,
            List<Descriptor> children,
            Optional<Digest> subject,
            Map<String, String> annotations)
            implements Manifest {

        @Override
        public List<Descriptor> blobs() {
            return List.of();
        }

        /**
         * Where to look for the image that a builder takes on this platform, in containerd's order: the best match
         * first, and behind all matches the entries that name no platform, whose images say it themselves.
         */
        public List<Descriptor> childrenFor(Platform platform) {
            Stream<Descriptor> matches = children.stream()
                    .filter(child -> rank(platform, child) < Integer.MAX_VALUE)
                    .sorted(Comparator.comparingInt(child -> rank(platform, child)));
            return Stream.concat(matches, children.stream().filter(child -> child.platform().isEmpty()))
                    .toList();
        }

        private static int rank(Platform platform, Descriptor child) {
            return child.platform().map(platform::rank).orElse(OptionalInt.empty()).orElse(Integer.MAX_VALUE);
        }
    }
}
