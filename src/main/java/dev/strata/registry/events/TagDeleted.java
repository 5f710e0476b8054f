package dev.strata.registry.events;

import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.registry.DeletionId;
import java.time.Instant;

/**
 * A tag was deleted, alone or with its manifest. Published inside the transaction.
 *
 * @param manifestId the manifest that it pointed at
 * @param since when it was set to that
 */
public record TagDeleted(
        long repositoryId, RepositoryName repository, Tag tag, long manifestId, Instant since, DeletionId deletion) {}
