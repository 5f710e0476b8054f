package dev.strata.upkeep.migration;

import dev.strata.upkeep.commands.OperationException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Where a registry is moved from, as the target notes it while not all has arrived.
 *
 * @param name tells one registry from others
 */
record MigrationSource(String name) {

    /** @throws OperationException where the target has something, and not of a move from here that was broken off */
    void requireOwn(Connection target) throws SQLException {
        Schema schema = Schema.of(target);
        Optional<String> begun = schema.has("migration_source")
                ? first(target, "select name from migration_source where id = 1")
                : Optional.empty();
        if (begun.isPresent() && !begun.get().equals(name)) {
            throw new OperationException("another registry is being moved to that database");
        }
        if (begun.isPresent()) {
            return;
        }
        for (Table table : schema.filledByUse()) {
            if (first(target, "select 1 from " + table.name() + " fetch first 1 rows only").isPresent()) {
                throw new OperationException("that database is not empty: its table " + table.name() + " has rows");
            }
        }
    }

    private static Optional<String> first(Connection target, String query) throws SQLException {
        try (Statement statement = target.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
        }
    }

    /** Whether a move is under way to a registry. */
    static boolean isNoted(JdbcTemplate target) {
        return !target.queryForList("select name from migration_source", String.class).isEmpty();
    }

    void note(JdbcTemplate target) {
        target.update("insert into migration_source (id, name) values (1, ?)", name);
    }

    /** All has arrived. */
    static void forget(JdbcTemplate target) {
        target.update("delete from migration_source");
        target.execute("truncate table migrated_blob");
    }
}
