package dev.strata.registry;

import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;

/**
 * A blob left a repository. Published inside the transaction.
 *
 * @param size in bytes
 * @param collected whether nothing held it any more; otherwise somebody deleted it
 */
public record BlobUnlinked(long repositoryId, RepositoryName repository, long blobId, Digest digest, long size, boolean collected) {}
