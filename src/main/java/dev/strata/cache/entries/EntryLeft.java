package dev.strata.cache.entries;

/** A live entry that had a layer went, or is no longer served. Published inside the transaction. */
public record EntryLeft(long repositoryId, long blobId) {}
