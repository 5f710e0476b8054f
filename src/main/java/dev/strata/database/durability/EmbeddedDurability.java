package dev.strata.database.durability;

import dev.strata.database.journal.GroupForce;
import dev.strata.database.journal.Journal;
import dev.strata.database.journal.JournalFile;
import dev.strata.database.journal.JournalRecord;
import dev.strata.database.journal.JournalReplay;
import dev.strata.database.journal.Noted;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.storage.directory.Disk;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.zip.Deflater;
import java.util.zip.ZipOutputStream;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes commits of the embedded database durable: H2's own commit leaves rows in memory, and nothing forces them.
 *
 * <p>Every change is appended to the {@link Journal}, which is forced before it is acknowledged. Every other second,
 * where anything changed, a checkpoint writes and forces the database between two transactions, and deletes the
 * journal's files that are in it. What is counted is in no journal: a crash takes it back to the last checkpoint.
 * A start makes the changes of the files that are left again, in their order, unless the database says that it has them.
 */
public final class EmbeddedDurability implements CommitDurability, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedDurability.class);

    /** Bytes that a checkpoint leaves free, beside several times what it writes. */
    private static final long CHECKPOINT_ROOM = 8L * 1024 * 1024;
    /** Bytes that a change leaves free, beside itself and the checkpoint that follows it. */
    private static final long JOURNAL_ROOM = 16L * 1024 * 1024;

    private final Disk disk;
    private final Path directory;
    private final Journal journal;
    private final EmbeddedStore store;
    private final GroupForce checkpoints = new GroupForce(this::runCheckpoint);
    /** Read-held by each transaction that writes: what a checkpoint writes holds whole transactions only. */
    private final ReentrantReadWriteLock writing = new ReentrantReadWriteLock(true);
    /** Files of the journal in which something was found that is no change. */
    private final Set<Path> damaged = new HashSet<>();

    /** Until then the journal's files stay, and nothing is noted: the checkpoint that ends the replay has it all. */
    private volatile boolean replayed;

    /** @param ids random numbers */
    public EmbeddedDurability(DataSource dataSource, Path directory, Disk disk, LongSupplier ids)
            throws IOException, SQLException {
        this.disk = disk;
        this.directory = directory;
        this.store = EmbeddedStore.of(dataSource);
        // Files that a crash left are read by replay, and go with the checkpoint that ends it.
        this.journal = new Journal(disk, directory, ids);
    }

    @Override
    public int replay(Consumer<Noted> again) {
        JournalReplay replay = new JournalReplay(disk, directory, again, store::isClosed);
        int count = replay.run(notInStore(journal.earlier()));
        damaged.addAll(replay.damaged());
        replayed = true;
        checkpoints.await();
        return count;
    }

    /** A crash inside a checkpoint leaves files whose changes the database has. Of another database's journal it knows nothing. */
    private List<JournalFile> notInStore(List<JournalFile> files) {
        Optional<Long> next = store.nextJournal();
        for (int i = 0; i < files.size(); i++) {
            if (next.isPresent() && files.get(i).id() == next.get()) {
                return files.subList(i, files.size());
            }
        }
        return files;
    }

    @Override
    public void begin() {
        requireOpenStore();
        disk.requireSound();
        writing.readLock().lock();
    }

    /** H2 closes itself when a write fails; what it had not written is in the journal only, until the next start. */
    private void requireOpenStore() {
        if (store.isClosed() && disk.failure().isEmpty()) {
            throw disk.failed(
                    "the embedded database closed itself after a failed write", new IllegalStateException("It is closed"));
        }
    }

    @Override
    public void note(List<Noted> changes) {
        if (!replayed) {
            return;
        }
        byte[] record = JournalRecord.write(changes);
        requireRoom(record.length);
        try {
            journal.append(record);
        } catch (UncheckedIOException e) {
            requireRoom(record.length);
            throw new RegistryException(
                    Problem.STORAGE_FAILED, "the change could not be written to the disk", Map.of(), e);
        }
    }

    @Override
    public void notCommitted() {
        if (replayed) {
            disk.failed(
                    "the embedded database did not commit a change that its journal has",
                    new IllegalStateException("The commit failed"));
        }
    }

    @Override
    public void end() {
        writing.readLock().unlock();
    }

    @Override
    public void force() {
        if (replayed) {
            journal.force();
        }
        if (store.isFilling() && hasRoomForCheckpoint()) {
            tryCheckpoint();
        }
        disk.requireSound();
    }

    @Override
    public void checkpointIfNeeded() {
        if (disk.failure().isPresent()) {
            return;
        }
        if (store.isClosed()) {
            requireOpenStore();
        }
        if ((!journal.isEmpty() || store.hasUnsavedChanges()) && hasRoomForCheckpoint()) {
            checkpoints.await();
        }
    }

    @Override
    public void checkpoint() {
        disk.requireSound();
        if (!hasRoomForCheckpoint()) {
            throw new RegistryException(Problem.STORAGE_FULL, "the registry's disk is full", Map.of("usable", usable()));
        }
        checkpoints.await();
        requireOpenStore();
    }

    /** Where it cannot be made, all is still in the journal, and the next one is tried soon. */
    private void tryCheckpoint() {
        try {
            checkpoints.await();
        } catch (RuntimeException e) {
            log.error("The database cannot be written", e);
        }
    }

    /** H2 closes itself when it cannot write; left alone on a full disk, it goes on answering what it is asked. */
    private boolean hasRoomForCheckpoint() {
        return usable() > CHECKPOINT_ROOM + checkpointSize();
    }

    private void requireRoom(int bytes) {
        if (usable() < JOURNAL_ROOM + CHECKPOINT_ROOM + checkpointSize() + 4L * bytes) {
            throw new RegistryException(Problem.STORAGE_FULL, "the registry's disk is full", Map.of("usable", usable()));
        }
    }

    private long checkpointSize() {
        return 2 * store.unsavedBytes();
    }

    private long usable() {
        return directory.toFile().getUsableSpace();
    }

    private void runCheckpoint() {
        disk.requireSound();
        boolean journalGoesOn = replayed;
        writing.writeLock().lock();
        try {
            if (journalGoesOn) {
                JournalFile next = journal.rotate();
                writeStore(() -> store.write(next));
            } else {
                writeStore(store::write);
            }
        } finally {
            writing.writeLock().unlock();
        }
        writeStore(store::force);
        if (journalGoesOn) {
            journal.deleteEarlier(damaged);
        }
    }

    private void writeStore(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            throw disk.failed("the embedded database could not be written and forced to the disk", e);
        }
        requireOpenStore();
    }

    /** Each version in the file holds whole transactions only, and none is overwritten while it is copied. */
    @Override
    public boolean copy(Path zip) throws IOException {
        checkpoint();
        try (OutputStream file = Files.newOutputStream(zip, StandardOpenOption.CREATE_NEW);
                ZipOutputStream out = new ZipOutputStream(file)) {
            out.setLevel(Deflater.BEST_SPEED);
            store.copy(out);
        }
        return true;
    }

    @Override
    public int damagedFiles() {
        return count(Journal.DAMAGED);
    }

    @Override
    public int setAside() {
        return count(JournalReplay.SET_ASIDE);
    }

    private int count(String prefix) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, prefix + "*")) {
            int count = 0;
            for (Path file : files) {
                count++;
            }
            return count;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is not in the journal, such as counts, is in no file but for the last checkpoint. */
    @Override
    public void close() throws IOException {
        checkpointIfNeeded();
        if (disk.failure().isPresent()) {
            store.abandon(); // what it would still write might replace what is whole
        }
        journal.close();
    }
}
