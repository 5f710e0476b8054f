package dev.strata.registry.events;

import dev.strata.oci.Digest;

/**
 * A blob's bytes are gone, some time after its row. Published inside the transaction that knows it for good.
 *
 * @param blobId the id that its row had
 * @param size in bytes
 */
public record BlobRemoved(long blobId, Digest digest, long size) {}
