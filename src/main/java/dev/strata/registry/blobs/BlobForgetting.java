package dev.strata.registry.blobs;

import dev.strata.problem.RegistryException;
import dev.strata.registry.PromiseProperties;
import dev.strata.registry.events.BlobAbandoned;
import dev.strata.registry.events.BlobRemoved;
import dev.strata.storage.BlobStore;
import dev.strata.storage.StoredBlob;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes blobs out of the registry that no repository has: the row first, and the bytes after it. A crash between the two
 * leaves a note of the bytes; one that takes the note back takes back with it that the row went. Then a row without a link
 * has no bytes, which nobody sees, until it is forgotten again.
 */
@Service
public class BlobForgetting {

    private static final Logger log = LoggerFactory.getLogger(BlobForgetting.class);

    /** A pull that found the row has opened the file by then. */
    private static final Duration STILL_READ = Duration.ofSeconds(10);
    /** An upload has the bytes in its hands for a moment; a backup keeps all of them for longer. */
    private static final Duration WHILE_BUSY = Duration.ofSeconds(5);
    /** Until it is tried again to delete a file that cannot be deleted. */
    private static final Duration AFTER_FAILURE = Duration.ofHours(1);

    private static final long NO_ROW = 0;
    private static final int FILES_AT_ONCE = 200;

    private final BlobTable blobs;
    private final BlobRemovalTable removals;
    private final BlobStore store;
    private final Duration delay;
    private final ApplicationEventPublisher events;
    private final TransactionTemplate forgetting;
    private final TransactionTemplate removing;
    private final Clock clock;

    BlobForgetting(
            BlobTable blobs,
            BlobRemovalTable removals,
            BlobStore store,
            PromiseProperties properties,
            ApplicationEventPublisher events,
            PlatformTransactionManager transactions,
            Clock clock) {
        this.blobs = blobs;
        this.removals = removals;
        this.store = store;
        this.delay = properties.grace().compareTo(STILL_READ) < 0 ? properties.grace() : STILL_READ;
        this.events = events;
        this.forgetting = new TransactionTemplate(transactions);
        this.forgetting.setName("forget blobs");
        this.removing = new TransactionTemplate(transactions);
        this.removing.setName("note that blobs are removed");
        this.clock = clock;
    }

    /**
     * Forgets those of the blobs that no repository has, in one transaction. Their bytes are due some seconds later.
     *
     * @param blobIds some dozens of them
     * @param isHeld what keeps a blob without a link; asked after it was seen that there is none
     */
    public void forget(Collection<Long> blobIds, LongPredicate isHeld) {
        forgetting.executeWithoutResult(status -> {
            Instant due = clock.instant().plus(delay);
            for (long id : blobIds.stream().sorted().distinct().toList()) {
                Optional<StoredBlob> blob = blobs.lock(id);
                if (blob.isPresent() && !blobs.isLinked(id) && !isHeld.test(id)) {
                    blobs.delete(id);
                    removals.add(new BlobRemovalTable.Removal(id, blob.get()), due);
                }
            }
        });
    }

    /** Bytes that an upload brought, and to which perhaps nothing leads. */
    @EventListener
    void on(BlobAbandoned event) {
        removing.executeWithoutResult(status ->
                removals.add(new BlobRemovalTable.Removal(NO_ROW, event.blob()), clock.instant().plus(delay)));
    }

    /** Whether any bytes are to go, now or soon. */
    public boolean isRemovalUnderWay() {
        return removals.isAny();
    }

    /** Whether any bytes are due. */
    public boolean isRemovalDue() {
        return !removals.due(clock.instant(), 1).isEmpty();
    }

    /** Removes some bytes that are due, and says whether there may be more. */
    public boolean remove() {
        List<BlobRemovalTable.Removal> due = removals.due(clock.instant(), FILES_AT_ONCE);
        List<BlobRemovalTable.Removal> done = new ArrayList<>();
        List<BlobRemovalTable.Removal> busy = new ArrayList<>();
        List<BlobRemovalTable.Removal> failed = new ArrayList<>();
        List<StoredBlob> deleted = new ArrayList<>();
        for (BlobRemovalTable.Removal removal : due) {
            try {
                switch (store.delete(removal.blob(), () -> isPointedAt(removal.blob()))) {
                    case DELETED -> {
                        deleted.add(removal.blob());
                        done.add(removal);
                    }
                    case WANTED -> done.add(removal);
                    case BUSY -> busy.add(removal);
                }
            } catch (IOException | RegistryException e) {
                log.warn("The bytes of {}, which nothing needs, cannot be deleted", removal.blob().digest(), e);
                failed.add(removal);
            }
        }
        store.forceDeletions(deleted);
        removing.executeWithoutResult(status -> {
            done.forEach(this::removed);
            busy.forEach(removal -> removals.postpone(removal, clock.instant().plus(WHILE_BUSY)));
            failed.forEach(removal -> removals.postpone(removal, clock.instant().plus(AFTER_FAILURE)));
        });
        return due.size() == FILES_AT_ONCE;
    }

    /** Its row may be there and point at other bytes. */
    private boolean isPointedAt(StoredBlob bytes) {
        return blobs.findStored(bytes.digest())
                .filter(blob -> blob.location().equals(bytes.location()))
                .isPresent();
    }

    private void removed(BlobRemovalTable.Removal removal) {
        if (removals.delete(removal) && removal.blobId() != NO_ROW) {
            events.publishEvent(
                    new BlobRemoved(removal.blobId(), removal.blob().digest(), removal.blob().size()));
        }
    }
}
