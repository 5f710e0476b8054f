package dev.strata.oci;

import dev.strata.problem.RegistryException;

/** What names a manifest in a repository: a tag or a digest (OCI Distribution Specification, "Pulling manifests"). */
public sealed interface Reference permits Tag, Digest {

    /**
     * Reads a reference. What has a colon is meant as a digest, because no tag can have one.
     *
     * @throws RegistryException DIGEST_INVALID or TAG_INVALID
     */
    static Reference of(String text) {
        return text.indexOf(':') >= 0 ? Digest.of(text) : Tag.of(text);
    }
}
