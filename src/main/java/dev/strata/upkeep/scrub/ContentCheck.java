package dev.strata.upkeep.scrub;

import dev.strata.oci.Digest;
import dev.strata.problem.RegistryException;
import dev.strata.registry.manifests.DamagedManifests;
import dev.strata.storage.BlobStore;
import dev.strata.storage.BlobStore.Condition;
import dev.strata.storage.StoredBlob;
import dev.strata.storage.directory.BrokenFiles;
import dev.strata.upkeep.scrub.Damage.Kind;
import dev.strata.upkeep.scrub.Damage.What;
import dev.strata.upkeep.scrub.ScrubbedRows.ScrubbedManifest;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Reads content again and compares it with its digest, in pieces: blobs in the order in which their files lie, then the
 * manifests in the database. Where it is behind the last blob of a byte, it looks for files that no row knows.
 */
@Component
class ContentCheck {

    private static final Logger log = LoggerFactory.getLogger(ContentCheck.class);

    private static final int ROWS = 500;
    private static final int MANIFESTS = 100;
    /** In bytes; a larger blob is a piece of its own. */
    private static final long PIECE = 256L * 1024 * 1024;

    private final ScrubbedRows rows;
    private final BlobStore store;
    private final BrokenFiles broken;
    private final DamagedManifests manifests;
    private final DamageList damage;
    private final Strays strays;
    private final Counter scrubbed;

    ContentCheck(
            ScrubbedRows rows,
            BlobStore store,
            BrokenFiles broken,
            DamagedManifests manifests,
            DamageList damage,
            Strays strays,
            MeterRegistry meters) {
        this.rows = rows;
        this.store = store;
        this.broken = broken;
        this.manifests = manifests;
        this.damage = damage;
        this.strays = strays;
        this.scrubbed = Counter.builder("strata.upkeep.scrubbed")
                .description("Bytes of blobs and manifests that were read again and compared with their digests")
                .baseUnit("bytes")
                .register(meters);
    }

    /** Who wants to know what is found. */
    interface Listener {

        /** @param isNew whether it was not known to be damaged */
        void damaged(Digest digest, What what, Kind kind, boolean isNew);

        void deleted(Strays.Stray stray);

        void checked(What what, long bytes);
    }

    /** Checks the next piece, and says where the one after it begins; empty where that was the last. */
    Optional<Place> check(Place place, Pace pace, Listener listener) throws IOException {
        return switch (place) {
            case Place.Blobs blobs -> Optional.of(checkBlobs(blobs, pace, listener));
            case Place.Manifests some -> checkManifests(some, pace, listener);
        };
    }

    private Place checkBlobs(Place.Blobs place, Pace pace, Listener listener) throws IOException {
        List<StoredBlob> some = rows.blobs(place.fan(), place.after(), ROWS);
        long bytes = 0;
        for (StoredBlob blob : some) {
            check(blob, pace, listener);
            bytes += blob.size();
            if (bytes >= PIECE) {
                return new Place.Blobs(place.fan(), blob.digest().bytes());
            }
        }
        if (some.size() == ROWS) {
            return new Place.Blobs(place.fan(), some.getLast().digest().bytes());
        }
        strays.delete(place.fan()).forEach(listener::deleted);
        return place.next();
    }

    private void check(StoredBlob blob, Pace pace, Listener listener) throws IOException {
        Condition condition = store.check(blob, pace);
        scrubbed.increment(blob.size());
        listener.checked(What.BLOB, blob.size());
        Optional<Kind> kind = switch (condition) {
            case SOUND -> Optional.empty();
            case BROKEN -> Optional.of(Kind.BROKEN);
            // It may have been collected, or pushed, since its row was read.
            case MISSING -> rows.blob(blob.digest()).equals(Optional.of(blob)) && !has(blob)
                    ? Optional.of(Kind.MISSING)
                    : Optional.empty();
            case UNREADABLE -> Optional.of(Kind.UNREADABLE);
        };
        if (kind.isPresent()) {
            boolean isNew = damage.note(blob.digest(), What.BLOB, kind.get(), blob.size());
            listener.damaged(blob.digest(), What.BLOB, kind.get(), isNew);
        }
    }

    private boolean has(StoredBlob blob) throws IOException {
        try {
            return store.has(blob);
        } catch (RegistryException e) {
            throw new IOException("The store does not say whether it has " + blob.digest(), e);
        }
    }

    private Optional<Place> checkManifests(Place.Manifests place, Pace pace, Listener listener) throws IOException {
        List<ScrubbedManifest> some = rows.manifests(place.after(), MANIFESTS);
        for (ScrubbedManifest manifest : some) {
            Optional<byte[]> content = rows.content(manifest.id());
            if (content.isPresent()) {
                check(manifest, content.get(), listener);
                pace.accept(content.get().length);
            }
        }
        return some.size() < MANIFESTS ? Optional.empty() : Optional.of(new Place.Manifests(some.getLast().id()));
    }

    private void check(ScrubbedManifest manifest, byte[] content, Listener listener) throws IOException {
        Digest digest = manifest.digest();
        scrubbed.increment(content.length);
        listener.checked(What.MANIFEST, content.length);
        if (Digest.ofContent(digest.algorithm(), content).equals(digest)) {
            return;
        }
        String name = broken.keep(digest, content);
        log.error("The manifest {} has other bytes than its digest says: set aside as broken/{}; pushing it again heals it", digest, name);
        manifests.forget(digest);
        boolean isNew = damage.note(digest, What.MANIFEST, Kind.BROKEN, manifest.size());
        listener.damaged(digest, What.MANIFEST, Kind.BROKEN, isNew);
    }
}
