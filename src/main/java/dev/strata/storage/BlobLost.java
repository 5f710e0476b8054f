package dev.strata.storage;

/**
 * A blob's bytes, which a row points at, were found missing or broken. Told outside of any transaction.
 *
 * @param isMissing whether there are none at all
 */
public record BlobLost(StoredBlob blob, boolean isMissing) {}
