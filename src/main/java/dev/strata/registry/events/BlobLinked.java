package dev.strata.registry.events;

import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;

/**
 * A blob came into a repository, or was pushed to one that has it. Published inside the transaction.
 *
 * @param size in bytes
 * @param stored whether the registry did not have it at all
 * @param linked whether the repository did not have it
 * @param arrival how it came
 */
public record BlobLinked(
        long repositoryId,
        RepositoryName repository,
        long blobId,
        Digest digest,
        long size,
        boolean stored,
        boolean linked,
        Arrival arrival) {

    /** Whether its bytes came with it. */
    public boolean isSent() {
        return arrival == Arrival.SENT;
    }
}
