package dev.strata.cache.lookup;

import dev.strata.oci.RepositoryName;

/**
 * Where the layer of a hit came from that another repository had.
 *
 * @param repository whose entry it is; the caller may read it
 * @param isLinkedNow whether the repository that asks had no such layer before
 */
public record HitOrigin(RepositoryName repository, boolean isLinkedNow) {}
