package dev.strata.registry;

import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;

/**
 * A blob was deleted from a repository. Published inside the transaction.
 *
 * @param size in bytes
 */
public record BlobUnlinked(long repositoryId, RepositoryName repository, long blobId, Digest digest, long size) {}
