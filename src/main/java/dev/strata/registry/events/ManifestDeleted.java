package dev.strata.registry.events;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import dev.strata.registry.DeletionId;
import java.time.Instant;

/**
 * A manifest was deleted from a repository. Published inside the transaction, after its tags were.
 *
 * @param mediaType the type that it was pushed with
 * @param temporary whether it was there for a build alone
 * @param at when somebody deleted it, or that along with which it went: what follows from it is decided by what was so then
 */
public record ManifestDeleted(
        long repositoryId,
        RepositoryName repository,
        long manifestId,
        Digest digest,
        MediaType mediaType,
        boolean temporary,
        DeletionId deletion,
        Instant at) {}
