package dev.strata.registry;

import dev.strata.database.Redo;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** Makes the registry's own changes again. What listens to its events hears of them again too. */
@Component
class RegistryRedo implements Redo {

    private final BlobLinks links;
    private final Renewals renewals;
    private final ManifestRecorder manifests;
    private final ManifestDeletions deletions;
    private final Tags tags;
    private final Supplier<DeletionId> ids;

    RegistryRedo(
            BlobLinks links,
            Renewals renewals,
            ManifestRecorder manifests,
            ManifestDeletions deletions,
            Tags tags,
            Supplier<DeletionId> ids) {
        this.links = links;
        this.renewals = renewals;
        this.manifests = manifests;
        this.deletions = deletions;
        this.tags = tags;
        this.ids = ids;
    }

    @Override
    public char feature() {
        return Change.FEATURE;
    }

    @Override
    public void redo(byte[] change) {
        switch (Change.ofBytes(change)) {
            case Change.LinkBlob linked -> links.linkAgain(linked.repository(), linked.blob());
            case Change.UnlinkBlob deleted -> links.unlink(deleted.repository(), deleted.digest(), ids.get());
            case Change.PromiseBlobs promised -> renewals.renewAgain(promised);
            case Change.PutManifest pushed -> manifests.recordAgain(pushed);
            case Change.DeleteManifest deleted -> deletions.deleteAgain(deleted.repository(), deleted.digest(), ids.get());
            case Change.DeleteTags deleted -> tags.removeAgain(deleted.repository(), deleted.tags());
        }
    }
}
