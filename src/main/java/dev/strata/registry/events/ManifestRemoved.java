package dev.strata.registry.events;

/** A manifest is gone that no repository had any more. Published inside the transaction. */
public record ManifestRemoved(long manifestId) {}
