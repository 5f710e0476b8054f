package dev.strata.registry.events;

import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A tag points at another manifest than before. Published inside the transaction.
 *
 * @param from the manifest that it pointed at; empty where the tag is new
 * @param since when it was set to that; empty where the tag is new
 * @param to the manifest that it points at
 */
public record TagMoved(
        long repositoryId, RepositoryName repository, Tag tag, OptionalLong from, Optional<Instant> since, long to) {}
