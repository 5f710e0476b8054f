package dev.strata.database.durability;

import dev.strata.database.journal.JournalFile;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.zip.ZipOutputStream;
import javax.sql.DataSource;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/**
 * The inside of the embedded database, which is a set of maps that are written to one file, version by version.
 *
 * <p>SQL has a statement for it, {@code CHECKPOINT SYNC}, which is not enough: where H2's background thread has taken
 * the changes and not written them yet, it finds nothing left to write and returns too early.
 */
final class EmbeddedStore {

    /** Chunks of the file that are emptier than this are written anew, so that their room can be used again. */
    private static final int LEAST_FILL_PERCENT = 50;
    /** How much of them each time, in bytes: a checkpoint must stay short. */
    private static final int COMPACT_BYTES = 2 * 1024 * 1024;

    /** A map beside those of tables, which H2 leaves alone. */
    private static final String JOURNAL = "strata.journal";
    private static final String NEXT = "next";

    private final MVStore store;

    private EmbeddedStore(MVStore store) {
        this.store = store;
    }

    static EmbeddedStore of(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            if (connection.unwrap(JdbcConnection.class).getSession() instanceof SessionLocal session) {
                return new EmbeddedStore(session.getDatabase().getStore().getMvStore());
            }
            throw new IllegalStateException("The database is not embedded in this process");
        }
    }

    /** Writes a version. It holds whole transactions only if none is under way: H2 takes its maps one by one. */
    void write() {
        store.commit();
        store.compact(LEAST_FILL_PERCENT, COMPACT_BYTES);
        store.getFileStore().executeFileStoreOperation(() -> {}); // waits for whatever is still being written
    }

    /** The same, and says in it which file of the journal goes on behind it. */
    void write(JournalFile next) {
        journal().put(NEXT, next.id());
        write();
    }

    /** The {@linkplain JournalFile#id id} of the first file of the journal that has what is not in here, where that is known. */
    Optional<Long> nextJournal() {
        return Optional.ofNullable(journal().get(NEXT));
    }

    private MVMap<String, Long> journal() {
        return store.openMap(JOURNAL);
    }

    /** Forces what was written to the disk. */
    void force() {
        store.sync();
    }

    /** Copies the file as it is. What is written meanwhile comes behind that, or is not in the copy. */
    void copy(ZipOutputStream out) throws IOException {
        store.getFileStore().backup(out);
    }

    /** Whether anything would be lost if the process ended now. */
    boolean hasUnsavedChanges() {
        return store.hasUnsavedChanges();
    }

    /** Whether so much is unwritten that H2 would soon write by itself, at a moment of its own choice. */
    boolean isFilling() {
        return store.getUnsavedMemory() > store.getAutoCommitMemory() / 3 * 2;
    }

    /** About how much a checkpoint would write. */
    long unsavedBytes() {
        return store.getUnsavedMemory();
    }

    /** Closes the store without another write. */
    void abandon() {
        store.closeImmediately();
    }

    /** H2 closes itself when a write fails; what it had not written is in the journal only, until the next start. */
    boolean isClosed() {
        return store.isClosed();
    }
}
