package dev.strata.registry.manifests;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;

/**
 * A manifest as it was pushed.
 *
 * @param digest by the algorithm that it was pushed with
 * @param mediaType the type that it was pushed with
 * @param content its very bytes; not to be changed
 */
public record StoredManifest(Digest digest, MediaType mediaType, byte[] content) {}
