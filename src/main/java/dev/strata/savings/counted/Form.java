package dev.strata.savings.counted;

import dev.strata.database.columns.ColumnCode;
import dev.strata.oci.Manifest;
import dev.strata.oci.MediaType;
import java.util.Set;
import java.util.regex.Pattern;

/** What a manifest is to the accounting. */
public enum Form implements ColumnCode {
    /** An image of layers, which has its place in the layer tree. */
    IMAGE('I'),
    /** Anything else that is packaged as an image. */
    ARTIFACT('A'),
    /** An index; what it lists is a part of it. */
    INDEX('X'),
    /** An index of so many entries that what it lists counts by itself. */
    LARGE_INDEX('Z');

    /** So that folding one change reads a bounded number of manifests. */
    public static final int MOST_ENTRIES = 1_000;

    private static final Set<MediaType> CONFIGURATIONS = Set.of(
            MediaType.of("application/vnd.oci.image.config.v1+json"),
            MediaType.of("application/vnd.docker.container.image.v1+json"));

    /** Archives of files, whatever they are compressed or encrypted with. */
    private static final Pattern LAYER = Pattern.compile(
            "application/vnd\\.(oci\\.image\\.layer(\\.nondistributable)?\\.v1|docker\\.image\\.rootfs(\\.foreign)?\\.diff)"
                    + "\\.tar([.+][a-z0-9]+)*",
            Pattern.CASE_INSENSITIVE);

    private final char code;

    Form(char code) {
        this.code = code;
    }

    public static Form of(Manifest manifest) {
        return switch (manifest) {
            case Manifest.Index index -> index.children().size() > MOST_ENTRIES ? LARGE_INDEX : INDEX;
            case Manifest.Image image -> isOfLayers(image) ? IMAGE : ARTIFACT;
        };
    }

    /** Signatures, attestations, SBOMs and models often have the configuration type of an image, but none of its layers. */
    private static boolean isOfLayers(Manifest.Image image) {
        return image.subject().isEmpty()
                && image.artifactType().filter(CONFIGURATIONS::contains).isPresent()
                && image.blobs().stream()
                        .skip(1) // the configuration
                        .allMatch(blob -> LAYER.matcher(blob.mediaType().value()).matches());
    }

    @Override
    public char code() {
        return code;
    }

    public boolean isIndex() {
        return this == INDEX || this == LARGE_INDEX;
    }
}
