package dev.strata.registry.events;

import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;

/**
 * A blob came into a repository, or was pushed to one that has it. Published inside the transaction.
 *
 * @param size in bytes
 * @param stored whether the registry did not have it at all
 * @param linked whether the repository did not have it
 * @param mounted whether its bytes were spared: they were not sent
 */
public record BlobLinked(
        long repositoryId,
        RepositoryName repository,
        long blobId,
        Digest digest,
        long size,
        boolean stored,
        boolean linked,
        boolean mounted) {}
