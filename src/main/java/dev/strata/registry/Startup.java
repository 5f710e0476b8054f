package dev.strata.registry;

import dev.strata.storage.BlobStore;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.stereotype.Component;

/** Puts right what a crash left, before the first request is served. */
@Component
class Startup implements InitializingBean {

    private static final Logger log = LoggerFactory.getLogger(Startup.class);

    private final BlobStore store;
    private final BlobTable blobs;

    Startup(BlobStore store, BlobTable blobs) {
        this.store = store;
        this.blobs = blobs;
    }

    @Override
    public void afterPropertiesSet() throws IOException {
        BlobStore.Recovery recovery =
                store.recover(digest -> blobs.findId(digest).isPresent());
        log.info(
                "Uploads from before this start: {} can be resumed ({} of them were being closed), "
                        + "{} had become blobs, {} were not whole and are deleted",
                recovery.resumable(),
                recovery.reopened(),
                recovery.finished(),
                recovery.discarded());
    }
}
