package dev.strata.registry;

import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;

/**
 * A tag was deleted, alone or with its manifest. Published inside the transaction.
 *
 * @param manifestId the manifest that it pointed at
 */
public record TagDeleted(long repositoryId, RepositoryName repository, Tag tag, long manifestId) {}
