package dev.strata.upkeep.bin;

import dev.strata.database.Durability;
import dev.strata.database.Redo;
import dev.strata.database.Replaying;
import dev.strata.database.work.WorkQueue;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.registry.BlobUnlinked;
import dev.strata.registry.DeletionId;
import dev.strata.registry.ManifestDeleted;
import dev.strata.registry.Pusher;
import dev.strata.registry.TagDeleted;
import dev.strata.registry.TagMoved;
import dev.strata.upkeep.UndoProperties;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keeps what is deleted, and where tags pointed, in the transaction that deletes or moves. It has changes of its own in the
 * journal: what the registry makes again after a crash does not say who did it, nor when.
 */
@Component
class Bin implements Redo {

    private final BinTable table;
    private final HistoryTable history;
    private final Actor actor;
    private final WorkQueue queue;
    private final Replaying replaying;
    private final Durability durability;
    private final Supplier<DeletionId> ids;
    private final UndoProperties properties;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final Clock clock;

    Bin(
            BinTable table,
            HistoryTable history,
            Actor actor,
            WorkQueue queue,
            Replaying replaying,
            Durability durability,
            Supplier<DeletionId> ids,
            UndoProperties properties,
            JdbcTemplate jdbc,
            PlatformTransactionManager transactions,
            Clock clock) {
        this.table = table;
        this.history = history;
        this.actor = actor;
        this.queue = queue;
        this.replaying = replaying;
        this.durability = durability;
        this.ids = ids;
        this.properties = properties;
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactions);
        this.transactions.setName("put into the bin again");
        this.clock = clock;
    }

    @EventListener
    void on(ManifestDeleted event) {
        make(new BinChange.Deleted(
                BinItem.Kind.MANIFEST,
                event.repository(),
                event.digest(),
                Optional.of(event.mediaType().value()),
                event.temporary() ? atOnce(event.deletion()) : ending(event.deletion())));
    }

    @EventListener
    void on(BlobUnlinked event) {
        event.deletion()
                .ifPresent(deletion -> make(new BinChange.Deleted(
                        BinItem.Kind.BLOB, event.repository(), event.digest(), Optional.empty(), ending(deletion))));
    }

    @EventListener
    void on(TagMoved event) {
        if (event.from().isPresent()) {
            end(
                    event.repository(),
                    event.tag(),
                    event.from().getAsLong(),
                    event.since().orElseThrow(),
                    HistoryEntry.How.MOVED,
                    ids.get());
        }
    }

    @EventListener
    void on(TagDeleted event) {
        end(event.repository(), event.tag(), event.manifestId(), event.since(), HistoryEntry.How.DELETED, event.deletion());
    }

    private void end(
            RepositoryName repository,
            Tag tag,
            long manifestId,
            Instant since,
            HistoryEntry.How how,
            DeletionId deletion) {
        if (!properties.isOff() && !Pusher.isTemporary(tag)) {
            jdbc.queryForList("select digest from manifest where id = ?", byte[].class, manifestId).stream()
                    .map(Digest::ofBytes)
                    .forEach(digest -> make(new BinChange.Ended(
                            repository, new HistoryEntry(tag, digest, since, how, ending(deletion)))));
        }
    }

    private Ending ending(DeletionId deletion) {
        Instant now = clock.instant();
        return new Ending(deletion, now, actor.name(), now.plus(properties.undo()));
    }

    /** The history of an image that was there for a build alone has the values of its arguments: nobody gets it back. */
    private Ending atOnce(DeletionId deletion) {
        Instant now = clock.instant();
        return new Ending(deletion, now, actor.name(), now);
    }

    /** Of what is made again after a crash, the journal has this too. */
    private void make(BinChange change) {
        if (!replaying.isNow()) {
            apply(change);
            durability.append(BinChange.FEATURE, change.toBytes());
        }
    }

    @Override
    public char feature() {
        return BinChange.FEATURE;
    }

    @Override
    public void redo(byte[] change) {
        transactions.executeWithoutResult(status -> apply(BinChange.ofBytes(change)));
    }

    private void apply(BinChange change) {
        switch (change) {
            case BinChange.Deleted deleted -> apply(deleted);
            case BinChange.Ended(var repository, var entry) ->
                id("select id from repository where name = ?", repository.value())
                        .filter(id -> !history.has(id, entry))
                        .ifPresent(id -> history.add(id, entry));
        }
    }

    private void apply(BinChange.Deleted deleted) {
        boolean isManifest = deleted.kind() == BinItem.Kind.MANIFEST;
        Optional<Long> repositoryId = id("select id from repository where name = ?", deleted.repository().value());
        Optional<Long> objectId =
                id("select id from " + (isManifest ? "manifest" : "blob") + " where digest = ?", deleted.digest().bytes());
        if (repositoryId.isEmpty() || objectId.isEmpty()) {
            return; // it was collected before a crash
        }
        if (deleted.ending().goesAt().isAfter(deleted.ending().at())) {
            table.put(
                    deleted.kind(), repositoryId.get(), objectId.get(), deleted.mediaType().orElse(null), deleted.ending());
        }
        if (isManifest) {
            queue.add(
                    BinWork.NAME,
                    new BinSubject.Along(deleted.ending().deletion(), repositoryId.get(), objectId.get()).text());
        }
    }

    private Optional<Long> id(String query, Object key) {
        List<Long> found = jdbc.queryForList(query, Long.class, key);
        return found.stream().findFirst();
    }
}
