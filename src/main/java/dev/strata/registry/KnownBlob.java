package dev.strata.registry;

import dev.strata.oci.Digest;

/** A blob that a repository has, with its true size in bytes. */
record KnownBlob(Digest digest, long size) {}
