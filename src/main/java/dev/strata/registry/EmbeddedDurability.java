package dev.strata.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Makes commits of the embedded database durable: H2's own commit leaves rows in memory, and nothing forces them.
 *
 * <p>A transaction whose change is in the {@link Journal} is durable when the journal is forced. Every other one is
 * durable after a checkpoint, which forces the database itself, and with it everything that the journal holds; the
 * number of the journal's file from which on changes may be missing in the database is kept in the database. So a
 * start makes the changes from that file on again, in their order; making one again does no harm.
 */
final class EmbeddedDurability implements Durability {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedDurability.class);
    private static final Object JOURNALED = new Object();

    private final DataSource dataSource;
    private final Journal journal;
    private volatile boolean replaying;
    private final GroupForce checkpoints = new GroupForce(this::runCheckpoint);
    /** Read-held from a change's record until its commit: a checkpoint must not come between the two. */
    private final ReentrantReadWriteLock committing = new ReentrantReadWriteLock(true);


    EmbeddedDurability(DataSource dataSource, Path directory) throws IOException {
        this.dataSource = dataSource;
        // Files that a crash left are read by replay, and go with the first checkpoint after it.
        this.journal = Journal.begin(directory, Journal.lastNumber(directory) + 1);
    }

    @Override
    public int replay(Consumer<Change> again) throws IOException {
        replaying = true; // the files stay until the checkpoint that ends this, so nothing is noted a second time
        int count = journal.readEarlier(checkpointed(), bytes -> again.accept(Change.ofBytes(bytes)));
        replaying = false;
        checkpoint();
        return count;
    }

    @Override
    public void append(Change change) {
        if (replaying) {
            return;
        }
        committing.readLock().lock();
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
                committing.readLock().unlock();
            }
        });
        journal.append(change.toBytes());
        TransactionSynchronizationManager.bindResource(JOURNALED, change);
    }

    @Override
    public boolean endTransaction() {
        return TransactionSynchronizationManager.unbindResourceIfPossible(JOURNALED) != null;
    }

    @Override
    public void force(boolean journaled) {
        if (!replaying && !(journaled && isForced())) {
            checkpoint();
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
        if (!journal.isEmpty()) {
            checkpoint();
        }
    }

    private void checkpoint() {
        checkpoints.await();
    }

    private void runCheckpoint() {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            committing.writeLock().lock();
            try {
                journal.rotate();
                // This row also makes sure that there is something left to write. Where H2's background thread has
                // taken all changes and not written them yet, the next statement would force too early; now it
                // queues behind what is being written.
                statement.executeUpdate("update commit_force set journal = " + journal.number());
            } finally {
                committing.writeLock().unlock();
            }
            statement.execute("checkpoint sync");
            journal.deleteEarlier();
        } catch (SQLException e) {
            throw new DataAccessResourceFailureException("The database cannot be forced to the disk", e);
        }
    }

    private long checkpointed() {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select journal from commit_force")) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new DataAccessResourceFailureException("The database cannot be read", e);
        }
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}
