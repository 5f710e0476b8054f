package dev.strata.registry.recovery;

import dev.strata.database.replay.Redo;
import dev.strata.registry.blobs.BlobLinks;
import dev.strata.registry.blobs.Renewals;
import dev.strata.registry.changes.Change;
import dev.strata.registry.deletions.ManifestDeletions;
import dev.strata.registry.deletions.TagDeletions;
import dev.strata.registry.pushes.ManifestRecorder;
import org.springframework.stereotype.Component;

/** Makes the registry's own changes again. What listens to its events hears of them again too. */
@Component
class RegistryRedo implements Redo {

    private final BlobLinks links;
    private final Renewals renewals;
    private final ManifestRecorder manifests;
    private final ManifestDeletions deletions;
    private final TagDeletions tags;

    RegistryRedo(
            BlobLinks links,
            Renewals renewals,
            ManifestRecorder manifests,
            ManifestDeletions deletions,
            TagDeletions tags) {
        this.links = links;
        this.renewals = renewals;
        this.manifests = manifests;
        this.deletions = deletions;
        this.tags = tags;
    }

    @Override
    public char feature() {
        return Change.FEATURE;
    }

    @Override
    public void redo(byte[] change) {
        switch (Change.ofBytes(change)) {
            case Change.LinkBlob linked -> links.linkAgain(linked);
            case Change.UnlinkBlob deleted -> links.unlinkAgain(deleted);
            case Change.PromiseBlobs promised -> renewals.renewAgain(promised);
            case Change.PutManifest put -> manifests.recordAgain(put);
            case Change.DeleteManifest deleted -> deletions.deleteAgain(deleted);
            case Change.DeleteTags deleted -> tags.deleteAgain(deleted);
        }
    }
}
