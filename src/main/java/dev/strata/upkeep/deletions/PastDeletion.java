package dev.strata.upkeep.deletions;

import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.registry.DeletionId;
import java.time.Instant;
import java.util.List;

/**
 * What was deleted together, and can be taken back.
 *
 * @param head what was deleted first
 * @param items how many manifests and blobs it is, up to one more than are looked at
 * @param tags that went with it, up to one more than are told
 * @param bytes that nothing else needs, of those that are looked at
 */
public record PastDeletion(Head head, int items, List<String> tags, long bytes) {

    /**
     * @param last of its items, by which lists go on
     * @param isManifest or a blob
     * @param by as a grant would name them; empty where that is not known
     */
    public record Head(
            long last,
            boolean isManifest,
            RepositoryName repository,
            Digest digest,
            DeletionId deletion,
            Instant at,
            String by,
            Instant goesAt) {}
}
