package dev.strata.cache.lookup;

import dev.strata.cache.entries.FoundEntry;
import dev.strata.cache.entries.MissReason;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.registry.blobs.AutoMounts;
import dev.strata.registry.blobs.Blobs;
import dev.strata.registry.blobs.Promises;
import dev.strata.storage.StoredBlob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Sees to it that a layer stays for a while with which somebody is answered: they build on it, and pull it later. */
@Component
class PromisedLayers {

    private final Blobs blobs;
    private final Promises promises;
    private final AutoMounts mounts;

    PromisedLayers(Blobs blobs, Promises promises, AutoMounts mounts) {
        this.mounts = mounts;
        this.blobs = blobs;
        this.promises = promises;
    }

    /** The verdict, or a miss where the layer went meanwhile. What another repository has is linked. */
    Judgement.Verdict keep(RepositoryName repository, Judgement.Verdict verdict) {
        if (!(verdict.lookup() instanceof Lookup.Hit)) {
            return verdict;
        }
        FoundEntry row = verdict.row().orElseThrow();
        Optional<RepositoryName> origin = verdict.origin();
        if (origin.isPresent() && row.blob().isPresent() && row.promisedAt().isEmpty()) {
            return link(repository, row.blob().get().digest(), origin.get())
                    ? Judgement.Verdict.hit(row, new HitOrigin(origin.get(), true))
                    : Judgement.NOTHING;
        }
        if (promise(repository, row)) {
            return verdict;
        }
        return origin.isPresent() ? Judgement.NOTHING : Judgement.Verdict.miss(row, MissReason.INCOMPLETE);
    }

    private boolean link(RepositoryName repository, Digest layer, RepositoryName origin) {
        try {
            return mounts.linkFrom(origin, repository, layer);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private boolean promise(RepositoryName repository, FoundEntry row) {
        Optional<StoredBlob> layer = row.blob();
        if (layer.isEmpty() || row.promisedAt().filter(promises::isFresh).isPresent()) {
            return true;
        }
        try {
            return !blobs.promiseAll(repository, List.of(layer.get().digest())).isEmpty();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static UncheckedIOException unreadable(IOException e) {
        return new UncheckedIOException("The store cannot be read", e);
    }
}
