package dev.strata.registry.blobs;

import dev.strata.storage.BlobLost;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Notes in their rows that bytes of blobs were found missing or broken, where the store cannot see that by itself: from then
 * on nobody has the blob, and the next push heals it.
 */
@Component
class LostBlobs {

    private static final Logger log = LoggerFactory.getLogger(LostBlobs.class);

    private final BlobTable blobs;

    LostBlobs(BlobTable blobs) {
        this.blobs = blobs;
    }

    @EventListener
    @Transactional
    public void on(BlobLost event) {
        if (blobs.lose(event.blob())) {
            log.error("{} is lost until it is pushed again", event.blob().digest());
        }
    }
}
