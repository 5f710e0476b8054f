package dev.strata.registry.deletions;

/** All went along that was to go along with a manifest that was deleted. Published inside a transaction. */
public record DeletionFollowed(DeletionsAlong.Deleted deleted) {}
