package dev.strata.registry;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * Forces the embedded database to the disk, once for all transactions that have committed meanwhile.
 *
 * <p>H2's own commit leaves rows in memory and lets a background thread write them; nothing forces them. {@code
 * CHECKPOINT SYNC} writes and forces, but where that thread has taken the changes and not written them yet, H2 sees
 * nothing left to write and forces too early. Changing a row just before makes sure that there is something left,
 * which queues behind whatever is being written.
 */
final class GroupCommit {

    private final DataSource dataSource;
    private final AtomicLong committed = new AtomicLong();
    private final ReentrantLock forcing = new ReentrantLock();
    private long forced; // guarded by forcing

    GroupCommit(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Returns when every transaction that had committed before the call is on the disk.
     *
     * @throws DataAccessResourceFailureException where the database could not be forced: nothing may be acknowledged
     */
    void force() {
        long mine = committed.incrementAndGet();
        forcing.lock();
        try {
            if (forced >= mine) {
                return; // someone else's force began after our commit
            }
            long upTo = committed.get();
            forceDatabase();
            forced = upTo;
        } finally {
            forcing.unlock();
        }
    }

    private void forceDatabase() {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("update commit_force set forces = forces + 1");
            statement.execute("checkpoint sync");
        } catch (SQLException e) {
            throw new DataAccessResourceFailureException("The database could not be forced to the disk", e);
        }
    }
}
