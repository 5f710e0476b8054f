package dev.strata.registry.events;

/** What a large manifest names is being written before its push, which may never come. Published inside the transaction. */
public record ManifestPrepared(long manifestId) {}
