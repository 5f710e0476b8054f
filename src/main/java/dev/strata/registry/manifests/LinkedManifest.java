package dev.strata.registry.manifests;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;

/** A manifest as a repository has it. */
public record LinkedManifest(long id, Digest digest, MediaType mediaType) {}
