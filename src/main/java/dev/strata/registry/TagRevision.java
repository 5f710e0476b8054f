package dev.strata.registry;

/** A repository, and how often the set of its tags has changed. */
public record TagRevision(long repositoryId, long revision) {}
