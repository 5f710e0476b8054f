package dev.strata.registry;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;

/** A manifest as a repository has it. */
record LinkedManifest(long id, Digest digest, MediaType mediaType) {}
