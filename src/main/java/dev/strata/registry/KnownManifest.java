package dev.strata.registry;

import dev.strata.oci.Digest;
import org.jspecify.annotations.Nullable;

/** A manifest that a repository has, and what it is about. */
record KnownManifest(Digest digest, @Nullable Digest subject) {}
