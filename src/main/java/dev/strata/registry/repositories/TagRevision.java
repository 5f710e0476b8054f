package dev.strata.registry.repositories;

/** A repository, and how often the set of its tags has changed. */
public record TagRevision(long repositoryId, long revision) {}
