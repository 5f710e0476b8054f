package dev.strata.cache.lookup;

import dev.strata.cache.entries.FoundEntry;
import dev.strata.cache.entries.MissReason;
import dev.strata.oci.RepositoryName;
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

    PromisedLayers(Blobs blobs, Promises promises) {
        this.blobs = blobs;
        this.promises = promises;
    }

    /** The verdict, or a miss where the layer went meanwhile. */
    Judgement.Verdict keep(RepositoryName repository, Judgement.Verdict verdict) {
        return verdict.lookup() instanceof Lookup.Hit
                        && !promise(repository, verdict.row().orElseThrow())
                ? Judgement.Verdict.miss(verdict.row().orElseThrow(), MissReason.INCOMPLETE)
                : verdict;
    }

    private boolean promise(RepositoryName repository, FoundEntry row) {
        Optional<StoredBlob> layer = row.blob();
        if (layer.isEmpty() || row.promisedAt().filter(promises::isFresh).isPresent()) {
            return true;
        }
        try {
            return !blobs.promiseAll(repository, List.of(layer.get().digest())).isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException("The store cannot be read", e);
        }
    }
}
