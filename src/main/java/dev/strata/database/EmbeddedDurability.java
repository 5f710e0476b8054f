package dev.strata.database;

import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * Makes commits of the embedded database durable: H2's own commit leaves rows in memory, and nothing forces them.
 *
 * <p>Every change is appended to the {@link Journal}, which is forced before it is acknowledged. Every other second,
 * where anything changed, a checkpoint writes and forces the database between two transactions, and deletes the
 * journal's files that are in it. What is counted is in no journal: a crash takes it back to the last checkpoint.
 * A start makes the changes of the files that are left again, in their order; making one again does no harm.
 */
final class EmbeddedDurability implements CommitDurability, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedDurability.class);

    /** Bytes; several times what a checkpoint writes, because pushes stop long before that. */
    private static final long CHECKPOINT_ROOM = 64L * 1024 * 1024;
    /** Bytes; the largest change is a manifest. */
    private static final long JOURNAL_ROOM = 16L * 1024 * 1024;

    private final Path directory;
    private final Journal journal;
    private final EmbeddedStore store;
    private final GroupForce checkpoints = new GroupForce(this::runCheckpoint);
    /** Read-held by each transaction that writes: what a checkpoint writes holds whole transactions only. */
    private final ReentrantReadWriteLock writing = new ReentrantReadWriteLock(true);

    private volatile boolean replaying;

    EmbeddedDurability(DataSource dataSource, Path directory) throws IOException, SQLException {
        this.directory = directory;
        this.store = EmbeddedStore.of(dataSource);
        // Files that a crash left are read by replay, and go with the checkpoint that ends it.
        this.journal = Journal.begin(directory, Journal.lastNumber(directory) + 1);
    }

    @Override
    public int replay(BiConsumer<Character, byte[]> again) {
        replaying = true; // the files stay until the checkpoint, so nothing is noted a second time
        int count = journal.readEarlier(
                bytes -> again.accept((char) bytes[0], Arrays.copyOfRange(bytes, 1, bytes.length)));
        replaying = false;
        checkpoints.await();
        return count;
    }

    @Override
    public void begin() {
        if (store.isClosed()) {
            throw new DataAccessResourceFailureException(
                    "The embedded database closed itself after a failed write; it needs a new start, which loses nothing");
        }
        writing.readLock().lock();
    }

    @Override
    public void append(char feature, byte[] change) {
        if (!replaying) {
            requireRoom();
            journal.append(ByteBuffer.allocate(change.length + 1).put((byte) feature).put(change).array());
        }
    }

    @Override
    public void end() {
        writing.readLock().unlock();
    }

    @Override
    public void force() {
        if (!replaying && !isForced()) {
            checkpoints.await();
        }
        if (store.isFilling() && hasRoomForCheckpoint()) {
            checkpoints.await();
        }
    }

    private boolean isForced() {
        try {
            journal.force();
            return true;
        } catch (UncheckedIOException e) {
            log.error("The journal failed; the database is forced instead", e);
            return false;
        }
    }

    @Override
    public void checkpointIfNeeded() {
        if (!store.isClosed() && (!journal.isEmpty() || store.hasUnsavedChanges()) && hasRoomForCheckpoint()) {
            checkpoints.await();
        }
    }

    /** H2 closes itself when it cannot write; left alone on a full disk, it goes on answering what it is asked. */
    private boolean hasRoomForCheckpoint() {
        return usable() > CHECKPOINT_ROOM;
    }

    private void requireRoom() {
        if (usable() < JOURNAL_ROOM) {
            throw new RegistryException(Problem.STORAGE_FULL, "the registry's disk is full", Map.of("usable", usable()));
        }
    }

    private long usable() {
        return directory.toFile().getUsableSpace();
    }

    private void runCheckpoint() {
        boolean journalGoesOn = !replaying;
        writing.writeLock().lock();
        try {
            if (journalGoesOn) {
                journal.rotate();
            }
            store.write();
        } finally {
            writing.writeLock().unlock();
        }
        store.force();
        if (journalGoesOn) {
            journal.deleteEarlier();
        }
    }

    /** What is not in the journal, such as counts, is in no file but for the last checkpoint. */
    @Override
    public void close() throws IOException {
        checkpointIfNeeded();
        journal.close();
    }
}
