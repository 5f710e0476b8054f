package dev.strata.upkeep.migration;

import dev.strata.database.durability.DatabaseCopy;
import dev.strata.upkeep.backup.CopiedDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.util.FileSystemUtils;

/** A database as it is at one moment, whatever this process still writes in the background. */
final class Snapshot implements AutoCloseable {

    private final SingleConnectionDataSource source;
    private final Optional<Path> files;

    private Snapshot(SingleConnectionDataSource source, Optional<Path> files) {
        this.source = source;
        this.files = files;
    }

    /**
     * Of PostgreSQL, it is a transaction that sees that moment; of the embedded database, a copy of its file.
     *
     * @param directory where the copy may lie
     */
    static Snapshot of(DataSource database, DatabaseCopy copy, Path directory) throws IOException, SQLException {
        if (!copy.isEmbedded()) {
            return new Snapshot(seen(database), Optional.empty());
        }
        Path files = Files.createTempDirectory(directory, "moment-");
        try {
            return new Snapshot(copied(copy, files), Optional.of(files));
        } catch (IOException | SQLException | RuntimeException e) {
            FileSystemUtils.deleteRecursively(files);
            throw e;
        }
    }

    private static SingleConnectionDataSource copied(DatabaseCopy copy, Path files) throws IOException, SQLException {
        Path zip = files.resolve("metadata.zip");
        copy.copy(zip);
        CopiedDatabase.unpack(zip, files);
        Files.delete(zip);
        SingleConnectionDataSource source = CopiedDatabase.readOnly(files);
        try (Statement lazily = source.getConnection().createStatement()) {
            lazily.execute("set lazy_query_execution true"); // or a whole table comes to memory first
        }
        return source;
    }

    private static SingleConnectionDataSource seen(DataSource database) throws SQLException {
        Connection connection = database.getConnection();
        connection.setAutoCommit(false);
        try (Statement begin = connection.createStatement()) {
            // The transaction says it, and not the session: a pooler may give each its own connection.
            begin.execute("set transaction isolation level repeatable read, read only");
            // It waits while blobs are copied.
            begin.execute("set local idle_in_transaction_session_timeout = 0");
        }
        return new SingleConnectionDataSource(connection, true);
    }

    /** One connection, which is not closed by those who get it. */
    DataSource source() {
        return source;
    }

    Connection connection() throws SQLException {
        return source.getConnection();
    }

    @Override
    public void close() throws SQLException, IOException {
        if (!source.getConnection().getAutoCommit()) {
            source.getConnection().rollback();
        }
        source.destroy();
        if (files.isPresent()) {
            FileSystemUtils.deleteRecursively(files.get());
        }
    }
}
