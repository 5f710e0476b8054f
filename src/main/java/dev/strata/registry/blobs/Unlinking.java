package dev.strata.registry.blobs;

import dev.strata.database.durability.Durability;
import dev.strata.oci.RepositoryName;
import dev.strata.registry.changes.Change;
import dev.strata.registry.changes.RepositoryChanges;
import dev.strata.registry.events.BlobUnlinked;
import dev.strata.registry.repositories.RepositoryTable;
import dev.strata.storage.StoredBlob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;

/**
 * Takes blobs from repositories that nothing holds there any more. What was looked at before is asked once more under the
 * locks that a push, an answer or an entry of the cache needs to rely on the blob: whoever has them first wins.
 */
@Service
public class Unlinking {

    private final RepositoryChanges changes;
    private final RepositoryTable repositories;
    private final BlobTable blobs;
    private final Promises promises;
    private final Durability durability;
    private final ApplicationEventPublisher events;

    Unlinking(
            RepositoryChanges changes,
            RepositoryTable repositories,
            BlobTable blobs,
            Promises promises,
            Durability durability,
            ApplicationEventPublisher events) {
        this.changes = changes;
        this.repositories = repositories;
        this.blobs = blobs;
        this.promises = promises;
        this.durability = durability;
        this.events = events;
    }

    /** What keeps blobs in a repository besides promises. */
    public interface Holders {

        /** Those of the blobs that something holds. Called while the locks are held, so it takes a bounded time. */
        Set<Long> held(long repositoryId, List<Long> blobIds);
    }

    /**
     * Unlinks those of the blobs that neither a promise nor anything else holds, in one transaction.
     *
     * @param blobIds some dozens of them
     * @return of those that only a promise may hold, when that ends
     */
    public Map<Long, Instant> unlink(long repositoryId, Collection<Long> blobIds, Holders holders) {
        Optional<RepositoryName> repository = repositories.name(repositoryId);
        return repository.isEmpty()
                ? Map.of()
                : changes.make(
                        "collect links of blobs", repository.get(), () -> unlinkNow(repositoryId, repository.get(), blobIds, holders));
    }

    private Map<Long, Instant> unlinkNow(
            long repositoryId, RepositoryName repository, Collection<Long> blobIds, Holders holders) {
        Map<Long, Instant> promised = new HashMap<>();
        if (repositories.lock(repository).filter(id -> id == repositoryId).isEmpty()) {
            return promised;
        }
        List<Long> over = new ArrayList<>();
        for (long id : blobIds.stream().sorted().distinct().toList()) {
            Optional<Instant> promisedAt = blobs.lockLink(repositoryId, id);
            if (promisedAt.isPresent() && promises.hasEnded(promisedAt.get())) {
                over.add(id);
            } else if (promisedAt.isPresent()) {
                promised.put(id, promises.end(promisedAt.get()));
            }
        }
        // A statement of its own: it sees what those did who had the locks before.
        Set<Long> held = over.isEmpty() ? Set.of() : holders.held(repositoryId, over);
        over.removeAll(held);
        for (long id : over) {
            StoredBlob blob = blobs.get(id);
            blobs.unlink(repositoryId, id);
            events.publishEvent(new BlobUnlinked(repositoryId, repository, id, blob.digest(), blob.size(), Optional.empty()));
            durability.append(Change.FEATURE, new Change.UnlinkBlob(repository, blob.digest(), Optional.empty()).toBytes());
        }
        if (!over.isEmpty()) {
            repositories.countBlobDeletion(repositoryId);
        }
        return promised;
    }
}
