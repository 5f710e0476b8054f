package dev.strata.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Gives a stopped Strata so many entries in its layer cache that those which are asked for are hard to find. One after
 * the other, through the protocol, that would take longer than all that is measured.
 */
final class CacheFiller {

    private static final int BATCH = 50_000;
    /** Each like an entry that is there, with a key, an instruction and a stack of its own, in their order: that is quick. */
    private static final List<String> STATEMENTS = List.of("""
            insert into cache_entry (repository_id, step_key, scope, state, source, parent, operation, instruction,
              blob_id, media_type, diff_id, chain_id, exec_ms, builder, created_at, used_at)
            select e.repository_id, stringtoutf8(lpad(n, 32, '0')), e.scope, e.state, e.source, e.parent, e.operation,
              stringtoutf8(lpad(n, 32, '0')), e.blob_id, e.media_type, e.diff_id, stringtoutf8(lpad(n, 32, '0')),
              e.exec_ms, e.builder, e.created_at, e.used_at
            from system_range(?, ?) as range(n), cache_entry e
            where e.id = (select min(id) from cache_entry)""", """
            insert into cache_step (entry_id, step)
            select e.id, (select step from cache_step where entry_id = (select min(id) from cache_entry))
            from cache_entry e
            where e.id > (select max(entry_id) from cache_step)""");

    private CacheFiller() {
    }

    static void fill(Path data, int entries) {
        String url = "jdbc:h2:file:" + data.resolve("metadata").resolve("strata")
                + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH";
        try (Connection connection = DriverManager.getConnection(url, "sa", "")) {
            for (int first = 0; first < entries; first += BATCH) {
                try (PreparedStatement insert = connection.prepareStatement(STATEMENTS.getFirst());
                        PreparedStatement steps = connection.prepareStatement(STATEMENTS.getLast())) {
                    insert.setInt(1, first);
                    insert.setInt(2, Math.min(entries, first + BATCH) - 1);
                    insert.executeUpdate();
                    steps.executeUpdate();
                }
            }
            try (Statement end = connection.createStatement()) {
                end.execute("shutdown"); // or Strata may find the file still open
            }
        } catch (SQLException failure) {
            throw new CaseFailedException("the layer cache could not be filled: " + failure.getMessage(), failure);
        }
    }
}
