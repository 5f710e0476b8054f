package dev.strata.oci;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** A media type without parameters: RFC 6838, section 4.2. Compared in lower case, kept as it was written. */
public record MediaType(String value) {

    private static final Pattern GRAMMAR =
            Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9!#$&^_.+-]{0,126}/[a-zA-Z0-9][a-zA-Z0-9!#$&^_.+-]{0,126}");

    public static final MediaType OCI_MANIFEST = new MediaType("application/vnd.oci.image.manifest.v1+json");
    public static final MediaType OCI_INDEX = new MediaType("application/vnd.oci.image.index.v1+json");
    public static final MediaType OCI_ARTIFACT = new MediaType("application/vnd.oci.artifact.manifest.v1+json");
    public static final MediaType DOCKER_MANIFEST =
            new MediaType("application/vnd.docker.distribution.manifest.v2+json");
    public static final MediaType DOCKER_MANIFEST_LIST =
            new MediaType("application/vnd.docker.distribution.manifest.list.v2+json");

    /** What BuildKit exports of its build cache, besides layers: cache/remotecache/v1 of its sources. */
    public static final MediaType BUILDKIT_CACHE = new MediaType("application/vnd.buildkit.cacheconfig.v0");

    /** @throws RegistryException MANIFEST_INVALID */
    public MediaType {
        if (!GRAMMAR.matcher(value).matches()) {
            throw new RegistryException(
                    Problem.MANIFEST_INVALID, "invalid media type", Map.of("mediaType", value));
        }
    }

    public static MediaType of(String value) {
        return new MediaType(value);
    }

    /** Reads a Content-Type header and leaves its parameters out. */
    public static MediaType ofContentType(String header) {
        int parameters = header.indexOf(';');
        return new MediaType((parameters < 0 ? header : header.substring(0, parameters)).strip());
    }

    /**
     * Whether content of this type may be kept elsewhere for legal reasons, so that a manifest may name it where it is
     * missing: OCI Image Specification, layer.md, section "Non-Distributable Layers", and Docker's foreign layers.
     */
    public boolean isNonDistributable() {
        String type = value.toLowerCase(Locale.ROOT);
        return type.startsWith("application/vnd.oci.image.layer.nondistributable.")
                || type.equals("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")
                || type.equals("application/vnd.docker.image.rootfs.foreign.diff.tar");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MediaType(String otherValue) && value.equalsIgnoreCase(otherValue);
    }

    @Override
    public int hashCode() {
        return value.toLowerCase(Locale.ROOT).hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
