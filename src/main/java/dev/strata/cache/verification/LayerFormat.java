package dev.strata.cache.verification;

import dev.strata.oci.MediaType;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How a layer's tar is stored: OCI Image Specification, layer.md, and Docker's image manifest version 2, schema 2. */
public enum LayerFormat {
    TAR,
    GZIP,
    ZSTD;

    /** The format of a media type; empty for what is no tar, or an encrypted one. */
    public static Optional<LayerFormat> of(MediaType mediaType) {
        String type = mediaType.value().toLowerCase(Locale.ROOT);
        if (type.endsWith(".tar+gzip") || type.endsWith(".tar.gzip")) {
            return Optional.of(GZIP);
        }
        if (type.endsWith(".tar+zstd") || type.endsWith(".tar.zstd")) {
            return Optional.of(ZSTD);
        }
        return type.endsWith(".tar") ? Optional.of(TAR) : Optional.empty();
    }

    /** @throws RegistryException DIGEST_INVALID for a type that is not one of a layer */
    public static LayerFormat require(MediaType mediaType) {
        return of(mediaType)
                .orElseThrow(() -> new RegistryException(
                        Problem.DIGEST_INVALID,
                        "the media type is not that of a tar layer, plain or compressed by gzip or zstd",
                        Map.of("mediaType", mediaType.value())));
    }
}
