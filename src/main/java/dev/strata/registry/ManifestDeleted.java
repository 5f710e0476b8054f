package dev.strata.registry;

import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;

/** A manifest was deleted from a repository. Published inside the transaction, after its tags were. */
public record ManifestDeleted(long repositoryId, RepositoryName repository, long manifestId, Digest digest) {}
