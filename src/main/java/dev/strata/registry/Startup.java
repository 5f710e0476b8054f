package dev.strata.registry;

import dev.strata.oci.RepositoryName;
import dev.strata.storage.BlobStore;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Puts right what a crash left, before the first request is served. */
@Component
class Startup implements InitializingBean {

    private static final Logger log = LoggerFactory.getLogger(Startup.class);

    private final BlobStore store;
    private final Durability durability;
    private final Blobs blobs;
    private final ManifestRecorder manifests;
    private final Tags tags;

    Startup(BlobStore store, Durability durability, Blobs blobs, ManifestRecorder manifests, Tags tags) {
        this.store = store;
        this.durability = durability;
        this.blobs = blobs;
        this.manifests = manifests;
        this.tags = tags;
    }

    @Override
    public void afterPropertiesSet() throws IOException {
        int again = durability.replay(this::makeAgain);
        BlobStore.Recovery recovery =
                store.recover((owner, blob) -> blobs.link(RepositoryName.of(owner), blob));
        log.info(
                "Put right from before this start: {} changes taken from the journal; {} uploads can be resumed,"
                        + " {} were closed, {} were not whole and are deleted",
                again,
                recovery.resumable(),
                recovery.finished(),
                recovery.discarded());
    }

    private void makeAgain(Change change) {
        switch (change) {
            case Change.BlobLinked linked -> blobs.link(linked.repository(), linked.blob());
            case Change.BlobDeleted deleted -> blobs.unlink(deleted.repository(), deleted.digest());
            case Change.ManifestPushed pushed -> manifests.recordAgain(pushed);
            case Change.ManifestDeleted deleted -> manifests.delete(deleted.repository(), deleted.digest());
            case Change.TagDeleted deleted -> tags.remove(deleted.repository(), deleted.tag());
        }
    }

    /** Keeps the journal, and so the work of the start after a crash, short. */
    @Scheduled(fixedDelayString = "PT2S")
    void checkpoint() {
        durability.checkpointIfNeeded();
    }
}
