package dev.strata.upkeep.collection;

import dev.strata.cache.entries.EntryLeft;
import dev.strata.database.work.WorkQueue;
import dev.strata.registry.BlobLinked;
import dev.strata.registry.BlobUnlinked;
import dev.strata.registry.ManifestDeleted;
import dev.strata.registry.ManifestPrepared;
import dev.strata.registry.PromiseProperties;
import dev.strata.registry.Promises;
import java.time.Clock;
import java.time.Duration;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Notes what may have become garbage, in the transaction that made it so. */
@Component
class Garbage {

    private final Reviews reviews;
    private final WorkQueue queue;
    private final Promises promises;
    private final Duration grace;
    private final Clock clock;

    Garbage(Reviews reviews, WorkQueue queue, Promises promises, PromiseProperties properties, Clock clock) {
        this.reviews = reviews;
        this.queue = queue;
        this.promises = promises;
        this.grace = properties.grace();
        this.clock = clock;
    }

    /** It may never be named by anything. */
    @EventListener
    void on(BlobLinked event) {
        if (event.linked()) {
            reviews.addLink(event.repositoryId(), event.blobId(), promises.end(clock.instant()));
        }
    }

    /** What was collected had its grace. What somebody deleted may still be pulled, by whoever has its manifest. */
    @EventListener
    void on(BlobUnlinked event) {
        reviews.addBlob(event.blobId(), event.collected() ? clock.instant() : clock.instant().plus(grace));
    }

    @EventListener
    void on(ManifestDeleted event) {
        queue.add(Collection.NAME, new Subject.LeftRepository(event.repositoryId(), event.manifestId()).text(), grace);
    }

    @EventListener
    void on(ManifestPrepared event) {
        queue.add(Collection.NAME, new Subject.Leftover(event.manifestId()).text(), grace);
    }

    @EventListener
    void on(EntryLeft event) {
        reviews.addLink(event.repositoryId(), event.blobId(), clock.instant());
    }
}
