package dev.strata.registry.events;

import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.registry.DeletionId;
import java.util.Optional;

/**
 * A blob left a repository. Published inside the transaction.
 *
 * @param size in bytes
 * @param deletion what it belongs to that somebody deleted; empty where nothing held it any more
 */
public record BlobUnlinked(long repositoryId, RepositoryName repository, long blobId, Digest digest, long size, Optional<DeletionId> deletion) {}
