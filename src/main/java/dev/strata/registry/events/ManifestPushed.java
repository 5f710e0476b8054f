package dev.strata.registry.events;

import dev.strata.oci.Digest;
import dev.strata.oci.Manifest;
import dev.strata.oci.RepositoryName;

/**
 * A manifest came into a repository, or was pushed to one that has it. Published inside the transaction, before its
 * tags.
 *
 * @param content its bytes; not to be changed
 * @param stored whether the registry did not have it at all
 * @param linked whether the repository did not have it
 * @param settled whether the repository has it to stay, and did not before: at the most as a temporary image
 */
public record ManifestPushed(
        long repositoryId,
        RepositoryName repository,
        long manifestId,
        Digest digest,
        Manifest manifest,
        byte[] content,
        boolean stored,
        boolean linked,
        boolean settled) {}
