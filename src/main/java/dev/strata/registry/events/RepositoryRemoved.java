package dev.strata.registry.events;

import dev.strata.oci.RepositoryName;

/**
 * A repository is gone in which nothing was left, and with it its id. Published inside the transaction. The next push makes
 * another one.
 */
public record RepositoryRemoved(long repositoryId, RepositoryName repository) {}
