package dev.strata.registry.events;

import dev.strata.storage.StoredBlob;

/**
 * An upload ended that had brought a blob's bytes, and perhaps no row points at them: the transaction that was to make one
 * failed. Published outside of any transaction, before the upload is forgotten.
 */
public record BlobAbandoned(StoredBlob blob) {}
