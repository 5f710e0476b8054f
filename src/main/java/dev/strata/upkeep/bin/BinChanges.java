package dev.strata.upkeep.bin;

import dev.strata.database.durability.Durability;
import dev.strata.database.replay.Redo;
import dev.strata.database.replay.Replaying;
import dev.strata.database.work.WorkQueue;
import dev.strata.upkeep.collection.Garbage;
import dev.strata.upkeep.history.HistoryTable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes changes of the bin, within the running transaction, and makes them again after a crash. They are changes of their own
 * in the journal: what the registry makes again does not say who did it, and may be there already.
 */
@Component
class BinChanges implements Redo {

    /** Whoever deletes a manifest deletes at once what goes along, unless that is very much. */
    private static final Duration UNTIL_LEFT_BEHIND = Duration.ofSeconds(10);

    private final BinTable table;
    private final HistoryTable history;
    private final WorkQueue queue;
    private final Garbage garbage;
    private final Replaying replaying;
    private final Durability durability;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;

    BinChanges(
            BinTable table,
            HistoryTable history,
            WorkQueue queue,
            Garbage garbage,
            Replaying replaying,
            Durability durability,
            JdbcTemplate jdbc,
            PlatformTransactionManager transactions) {
        this.table = table;
        this.history = history;
        this.queue = queue;
        this.garbage = garbage;
        this.replaying = replaying;
        this.durability = durability;
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactions);
        this.transactions.setName("change the bin again");
    }

    /** Does nothing while the registry's changes are made again: the journal has this one too. */
    void make(BinChange change) {
        if (!replaying.isNow()) {
            apply(change);
            durability.append(BinChange.FEATURE, change.toBytes());
        }
    }

    /** Takes something out of the bin, and says whether it was there. */
    boolean takeOut(BinItem item, boolean givenUp) {
        if (!table.delete(item)) {
            return false;
        }
        left(item.kind(), item.repositoryId(), item.objectId(), givenUp);
        durability.append(
                BinChange.FEATURE,
                new BinChange.Left(item.kind(), item.repository(), item.digest(), item.ending().deletion(), givenUp)
                        .toBytes());
        return true;
    }

    /** All went along that was to go along with a manifest. */
    void followed(BinSubject.Along along) {
        queue.remove(BinWork.NAME, along.text());
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
        Optional<Long> found = repositoryId(change.repository().value());
        if (found.isEmpty()) {
            return; // it went before a crash
        }
        long repositoryId = found.get();
        switch (change) {
            case BinChange.Deleted deleted ->
                objectId(deleted.kind(), deleted.digest().bytes()).ifPresent(id -> put(deleted, repositoryId, id));
            case BinChange.Left left ->
                objectId(left.kind(), left.digest().bytes())
                        .filter(id -> table.delete(left.kind(), repositoryId, id, left.deletion()))
                        .ifPresent(id -> left(left.kind(), repositoryId, id, left.givenUp()));
            case BinChange.Ended(var repository, var entry) -> {
                if (!history.has(repositoryId, entry)) {
                    history.add(repositoryId, entry);
                }
            }
        }
    }

    private void put(BinChange.Deleted deleted, long repositoryId, long objectId) {
        boolean isKept = deleted.ending().goesAt().isAfter(deleted.ending().at());
        if (isKept) {
            table.put(deleted.kind(), repositoryId, objectId, deleted.mediaType().orElse(null), deleted.ending());
        }
        if (deleted.kind() == BinItem.Kind.MANIFEST) {
            if (!isKept) {
                garbage.leavesBehind(repositoryId, objectId);
            }
            queue.add(
                    BinWork.NAME,
                    BinSubject.Along.of(deleted.ending(), repositoryId, objectId).text(),
                    replaying.isNow() ? Duration.ZERO : UNTIL_LEFT_BEHIND);
        }
    }

    private void left(BinItem.Kind kind, long repositoryId, long objectId, boolean givenUp) {
        if (givenUp) {
            switch (kind) {
                case MANIFEST -> garbage.leftBehind(repositoryId, objectId);
                case BLOB -> garbage.unlinked(objectId);
            }
            garbage.leftRepository(repositoryId);
        }
    }

    private Optional<Long> repositoryId(String name) {
        return first("select id from repository where name = ?", name);
    }

    /** Empty where it was collected before a crash. */
    private Optional<Long> objectId(BinItem.Kind kind, byte[] digest) {
        return first("select id from " + (kind == BinItem.Kind.MANIFEST ? "manifest" : "blob") + " where digest = ?", digest);
    }

    private Optional<Long> first(String query, Object key) {
        List<Long> found = jdbc.queryForList(query, Long.class, key);
        return found.stream().findFirst();
    }
}
