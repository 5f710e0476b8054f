package dev.strata.registry.blobs;

import dev.strata.database.durability.Durability;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.RegistryException;
import dev.strata.registry.DeletionId;
import dev.strata.registry.Rows;
import dev.strata.registry.changes.Change;
import dev.strata.registry.changes.RepositoryChanges;
import dev.strata.registry.events.Arrival;
import dev.strata.registry.events.BlobAbandoned;
import dev.strata.registry.events.BlobLinked;
import dev.strata.registry.events.BlobUnlinked;
import dev.strata.registry.repositories.RepositoryTable;
import dev.strata.storage.BlobStore;
import dev.strata.storage.StoredBlob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * Blobs come into repositories and leave them. Locks are taken in one order: the repository's, a link's, a blob's. Who links
 * a blob holds the lock of its row, so that it is not forgotten at the same time.
 */
@Component
public class BlobLinks {

    private static final Logger log = LoggerFactory.getLogger(BlobLinks.class);

    private final RepositoryChanges changes;
    private final BlobStore store;
    private final BlobTable blobs;
    private final DeletedBlobTable deleted;
    private final RepositoryTable repositories;
    private final Durability durability;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    BlobLinks(
            RepositoryChanges changes,
            BlobStore store,
            BlobTable blobs,
            DeletedBlobTable deleted,
            RepositoryTable repositories,
            Durability durability,
            ApplicationEventPublisher events,
            Clock clock) {
        this.changes = changes;
        this.store = store;
        this.blobs = blobs;
        this.deleted = deleted;
        this.repositories = repositories;
        this.durability = durability;
        this.events = events;
        this.clock = clock;
    }

    /** Links a blob whose bytes have just become durable, and stay until this returns. */
    void link(RepositoryName repository, StoredBlob blob) {
        changes.make("link a blob", repository, () -> linkNow(repository, blob, Arrival.SENT, false, now()));
    }

    /** Links a blob that was there a moment ago, and says whether it still is. */
    boolean mount(RepositoryName repository, StoredBlob blob, Arrival arrival) {
        try {
            return changes.make("mount a blob", repository, () -> linkNow(repository, blob, arrival, false, now()));
        } catch (GoneException e) {
            return false;
        }
    }

    /** Takes a transaction back: a repository that it made is not to stay without content. */
    private static final class GoneException extends RuntimeException {}

    /**
     * Links a blob once more that was linked before a crash. Where its bytes are gone, they were collected after it had been
     * unlinked, or they are lost: a push of the blob finds no row then, and brings both.
     */
    public void linkAgain(Change.LinkBlob linked) {
        if (isStored(linked.blob())) {
            changes.make("link a blob again", linked.repository(), () -> isLinkedSince(linked)
                    || linkNow(linked.repository(), linked.blob(), linked.arrival(), true, linked.at()));
        } else {
            log.info("{} is not linked to {} again: its bytes are gone", linked.blob().digest(), linked.repository());
        }
    }

    /** The database has it already, or what came after it, and has told so. */
    private boolean isLinkedSince(Change.LinkBlob linked) {
        return blobs.find(linked.repository(), linked.blob().digest())
                .filter(there -> !there.promisedAt().isBefore(linked.at()))
                .isPresent();
    }

    /** As precise as every database keeps it, so that what is made again can be compared with it. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private boolean isStored(StoredBlob blob) {
        try {
            return store.has(blob);
        } catch (RegistryException e) {
            // Whoever reads it will see. A change that was acknowledged is not left out because the store is away.
            log.warn("Whether the bytes of {} are there cannot be asked now; they were", blob.digest(), e);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param again whether it was made before a crash */
    private boolean linkNow(
            RepositoryName repository, StoredBlob blob, Arrival arrival, boolean again, Instant now) {
        long repositoryId = repositories.lockOrCreate(repository);
        Optional<BlobTable.Found> there = blobs.find(blob.digest());
        boolean renewed = there.isPresent() && blobs.renew(repositoryId, there.get().id(), now);
        if (renewed && there.get().hasBytesOf(blob)) {
            tell(repositoryId, repository, new Rows.Row(there.get().id(), false), blob, false, arrival, now);
            return true;
        }
        boolean isMounted = arrival != Arrival.SENT; // and comes with no bytes of its own
        Optional<Rows.Row> row =
                isMounted && !again ? blobs.lock(blob.digest()) : Optional.of(blobs.lockOrCreate(blob, now));
        Rows.Row locked = row.orElseThrow(GoneException::new);
        StoredBlob chosen = choose(locked, blob, isMounted, again);
        boolean linked = !renewed && blobs.link(repositoryId, locked.id(), now);
        tell(repositoryId, repository, locked, chosen, linked, arrival, now);
        return true;
    }

    /**
     * Uploads may have brought a blob as an object each. The first one stays, unless it was lost meanwhile, and the other one
     * goes. What is made again was chosen the first time.
     */
    private StoredBlob choose(Rows.Row row, StoredBlob brought, boolean mounted, boolean again) {
        BlobTable.Found there = blobs.find(brought.digest()).orElseThrow();
        if (there.hasBytesOf(brought)) {
            return brought;
        }
        boolean isSameObject = there.stored().location().equals(brought.location());
        boolean isTaken = again || !mounted && there.isLost();
        if (isTaken) {
            blobs.replace(row.id(), brought);
        }
        if (!isSameObject && (isTaken || !mounted)) {
            events.publishEvent(new BlobAbandoned(isTaken ? there.stored() : brought));
        }
        return isTaken ? brought : there.stored();
    }

    private void tell(
            long repositoryId,
            RepositoryName repository,
            Rows.Row row,
            StoredBlob blob,
            boolean linked,
            Arrival arrival,
            Instant now) {
        events.publishEvent(new BlobLinked(
                repositoryId, repository, row.id(), blob.digest(), blob.size(), row.isNew(), linked, arrival));
        durability.append(Change.FEATURE, new Change.LinkBlob(repository, blob, arrival, now).toBytes());
    }

    /** Takes a blob from a repository, and says whether it had it. */
    public boolean unlink(RepositoryName repository, Digest digest, DeletionId id) {
        return changes.make("unlink a blob", repository, () -> unlinkNow(repository, digest, Optional.of(id)));
    }

    public void unlinkAgain(Change.UnlinkBlob deleted) {
        changes.make(
                "unlink a blob again",
                deleted.repository(),
                () -> unlinkNow(deleted.repository(), deleted.digest(), deleted.deletion()));
    }

    private boolean unlinkNow(RepositoryName repository, Digest digest, Optional<DeletionId> id) {
        Optional<Long> repositoryId = repositories.lock(repository);
        Optional<BlobTable.Found> blob = blobs.find(digest);
        if (repositoryId.isEmpty() || blob.isEmpty() || !blobs.unlink(repositoryId.get(), blob.get().id())) {
            return false;
        }
        id.ifPresent(deletion -> deleted.note(repositoryId.get(), blob.get().id(), now()));
        repositories.countBlobDeletion(repositoryId.get());
        events.publishEvent(new BlobUnlinked(
                repositoryId.get(), repository, blob.get().id(), digest, blob.get().stored().size(), id));
        durability.append(Change.FEATURE, new Change.UnlinkBlob(repository, digest, id).toBytes());
        return true;
    }
}
