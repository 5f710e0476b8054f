package dev.strata.registry;

import dev.strata.database.Redo;
import org.springframework.stereotype.Component;

/** Makes the registry's own changes again. What listens to its events hears of them again too. */
@Component
class RegistryRedo implements Redo {

    private final Blobs blobs;
    private final ManifestRecorder manifests;
    private final Tags tags;

    RegistryRedo(Blobs blobs, ManifestRecorder manifests, Tags tags) {
        this.blobs = blobs;
        this.manifests = manifests;
        this.tags = tags;
    }

    @Override
    public char feature() {
        return Change.FEATURE;
    }

    @Override
    public void redo(byte[] change) {
        switch (Change.ofBytes(change)) {
            case Change.BlobLinked linked -> blobs.link(linked.repository(), linked.blob());
            case Change.BlobDeleted deleted -> blobs.unlink(deleted.repository(), deleted.digest());
            case Change.ManifestPushed pushed -> manifests.recordAgain(pushed);
            case Change.ManifestDeleted deleted -> manifests.delete(deleted.repository(), deleted.digest());
            case Change.TagDeleted deleted -> tags.remove(deleted.repository(), deleted.tag());
        }
    }
}
