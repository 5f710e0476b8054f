package dev.strata.upkeep.migration;

import dev.strata.upkeep.commands.Lines;
import dev.strata.upkeep.commands.OperationException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Moves all rows of a database as it was at one moment. A move that was broken off begins anew: what it had copied is of
 * another moment.
 */
final class DatabaseMove {

    private static final String BLOBS = "blob";

    private final Connection from;
    private final DataSource target;
    private final Lines lines;

    /** @param from the database at that moment; nothing of it is committed */
    DatabaseMove(Connection from, DataSource target, Lines lines) {
        this.from = from;
        this.target = target;
        this.lines = lines;
    }

    /** @param blobs says where blobs are now, of which the rows say where they were */
    void run(MigratedBlobs blobs) throws SQLException {
        try (Connection to = target.getConnection()) {
            Schema here = Schema.of(from);
            Schema there = Schema.of(to);
            requireSame(here, there);
            empty(there, to);
            to.setAutoCommit(false);
            TableCopy copy = new TableCopy(from, to);
            long all = 0;
            for (Table table : here.moving()) {
                boolean isWide = table.isWide() || find(there, table).isWide();
                long count = copy.copy(table, isWide, change(table, blobs));
                requireCount(table, count, to);
                all += count;
            }
            for (Table table : here.all()) {
                Numbering.carryOver(table, from, to);
            }
            lines.say("%,d rows of %,d tables copied".formatted(all, here.moving().size()));
        }
    }

    private static TableCopy.Change change(Table table, MigratedBlobs blobs) {
        return table.name().equals(BLOBS) ? blobs.rows(table.columns()) : rows -> {};
    }

    private static Table find(Schema schema, Table table) {
        return schema.all().stream().filter(other -> other.name().equals(table.name())).findFirst().orElseThrow();
    }

    /** Both were made by this version of Strata. */
    private static void requireSame(Schema here, Schema there) {
        if (!described(here).equals(described(there))) {
            throw new OperationException("the two databases have other tables: was one of them changed by hand?");
        }
    }

    private static String described(Schema schema) {
        return schema.moving().stream()
                .map(table -> table.name() + table.columns().stream().sorted().toList())
                .sorted()
                .collect(Collectors.joining());
    }

    /** Each at once, since nobody else uses them. */
    private static void empty(Schema there, Connection to) throws SQLException {
        List<String> names = there.moving().stream().map(Table::name).toList();
        try (Statement statement = to.createStatement()) {
            if (Numbering.isEmbedded(to)) {
                statement.execute("set referential_integrity false");
                for (String name : names) {
                    statement.execute("truncate table " + name);
                }
                statement.execute("set referential_integrity true");
            } else {
                statement.execute("truncate table " + String.join(", ", names));
            }
        }
    }

    private static void requireCount(Table table, long count, Connection to) throws SQLException {
        try (Statement statement = to.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from " + table.name())) {
            row.next();
            if (row.getLong(1) != count) {
                throw new OperationException("%s has %,d rows, and not the %,d that were copied"
                        .formatted(table.name(), row.getLong(1), count));
            }
        }
    }
}
