package dev.strata.upkeep.collection;

import dev.strata.cache.entries.EntryLeft;
import dev.strata.database.work.WorkQueue;
import dev.strata.registry.PromiseProperties;
import dev.strata.registry.blobs.Promises;
import dev.strata.registry.events.BlobLinked;
import dev.strata.registry.events.BlobUnlinked;
import dev.strata.registry.events.ManifestDeleted;
import dev.strata.registry.events.ManifestPrepared;
import java.time.Clock;
import java.time.Duration;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Notes what may have become garbage, in the transaction that made it so. */
@Component
public class Garbage {

    private final Reviews reviews;
    private final WorkQueue queue;
    private final Promises promises;
    private final Duration grace;
    private final JdbcTemplate jdbc;
    private final Clock clock;

    Garbage(
            Reviews reviews,
            WorkQueue queue,
            Promises promises,
            PromiseProperties properties,
            JdbcTemplate jdbc,
            Clock clock) {
        this.reviews = reviews;
        this.queue = queue;
        this.promises = promises;
        this.grace = properties.grace();
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** It may never be named by anything. */
    @EventListener
    void on(BlobLinked event) {
        if (event.linked()) {
            reviews.addLink(event.repositoryId(), event.blobId(), promises.end(clock.instant()));
        }
    }

    @EventListener
    void on(ManifestDeleted event) {
        leftRepository(event.repositoryId());
    }

    /** What was collected had its grace. What somebody deleted is in the bin until that gives it up. */
    @EventListener
    void on(BlobUnlinked event) {
        reviews.addBlob(event.blobId(), event.deletion().isEmpty() ? clock.instant() : clock.instant().plus(grace));
        leftRepository(event.repositoryId());
    }

    /** A manifest leaves a repository and cannot be taken back. Who found it before pulls what it names. */
    public void leavesBehind(long repositoryId, long manifestId) {
        queue.add(Collection.NAME, new CollectionSubject.LeftRepository(repositoryId, manifestId).text(), grace);
    }

    /** A manifest that left a repository some time ago cannot be taken back any more. Within the running transaction. */
    public void leftBehind(long repositoryId, long manifestId) {
        queue.add(Collection.NAME, new CollectionSubject.LeftRepository(repositoryId, manifestId).text());
    }

    /** The same for a blob. */
    public void unlinked(long blobId) {
        reviews.addBlob(blobId, clock.instant());
    }

    @EventListener
    void on(ManifestPrepared event) {
        queue.add(Collection.NAME, new CollectionSubject.Leftover(event.manifestId()).text(), grace);
    }

    @EventListener
    void on(EntryLeft event) {
        reviews.addLink(event.repositoryId(), event.blobId(), clock.instant());
        leftRepository(event.repositoryId());
    }

    /** Something left a repository, or cannot be taken back there any more: it may have been the last. */
    public void leftRepository(long repositoryId) {
        boolean hasManifest = !jdbc.queryForList(
                        "select manifest_id from manifest_link where repository_id = ? limit 1", Long.class, repositoryId)
                .isEmpty();
        if (!hasManifest) {
            queue.add(Collection.NAME, new CollectionSubject.Emptied(repositoryId).text());
        }
    }
}
