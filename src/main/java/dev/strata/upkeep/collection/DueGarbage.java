package dev.strata.upkeep.collection;

import dev.strata.database.work.WorkQueue;
import dev.strata.registry.blobs.BlobForgetting;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Has looked at what has become due. Where nothing has, nothing is written. */
@Component
class DueGarbage {

    private final LinkCollection links;
    private final BlobCollection blobs;
    private final BlobForgetting forgetting;
    private final WorkQueue queue;

    DueGarbage(LinkCollection links, BlobCollection blobs, BlobForgetting forgetting, WorkQueue queue) {
        this.links = links;
        this.blobs = blobs;
        this.forgetting = forgetting;
        this.queue = queue;
    }

    @Scheduled(fixedDelayString = "PT1S", initialDelayString = "PT1S")
    void look() {
        add(links.isDue(), new CollectionSubject.Links());
        add(blobs.isDue(), new CollectionSubject.Blobs());
        add(forgetting.isRemovalDue(), new CollectionSubject.Files());
    }

    private void add(boolean isDue, CollectionSubject subject) {
        if (isDue) {
            queue.add(Collection.NAME, subject.text());
        }
    }
}
