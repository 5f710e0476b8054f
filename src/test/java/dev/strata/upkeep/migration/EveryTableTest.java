package dev.strata.upkeep.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.testing.OnPostgres;
import dev.strata.testing.OwnDataDirectory;
import dev.strata.upkeep.commands.Lines;
import dev.strata.upkeep.commands.OperationException;
import java.io.PrintWriter;
import java.io.Writer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A database with something in each table and each column moves to the other kind of database and back, and is the same. */
class EveryTableTest {

    private static final MigrationSource NOWHERE = new MigrationSource("nowhere");
    private static final Lines LINES = new Lines(new PrintWriter(Writer.nullWriter()));
    /** Of all rows: so each finds the ones that it refers to. */
    private static final long ID = 1_000_001;
    private static final OffsetDateTime TIME = OffsetDateTime.of(2026, 11, 30, 23, 59, 59, 123_456_000, ZoneOffset.UTC);

    @Test
    void everythingIsTheSameAfterAMoveThereAndBack() throws Exception {
        try (MigrationTarget first = MigrationTarget.open(embedded(), NOWHERE);
                MigrationTarget second = MigrationTarget.open(postgres(), NOWHERE);
                MigrationTarget third = MigrationTarget.open(embedded(), NOWHERE)) {
            fill(first);
            Map<String, List<List<Object>>> before = content(first);
            assertThat(before.values()).allSatisfy(rows -> assertThat(rows).isNotEmpty());

            move(first, second);
            Map<String, List<List<Object>>> there = content(second);
            move(second, third);
            move(second, third); // as after one that was broken off

            assertThat(there).isEqualTo(before);
            assertThat(content(third)).isEqualTo(before);
            assertThat(nextRepository(second)).isGreaterThan(ID);
            assertThat(nextRepository(third)).isGreaterThan(ID);
        }
    }

    @Test
    void whatHasSomethingOrIsAnothersIsNoTarget() throws Exception {
        Map<String, Object> settings = postgres();
        try (MigrationTarget target = MigrationTarget.open(settings, NOWHERE)) {
            fill(target);
        }
        MigrationTarget.open(settings, NOWHERE).close();

        assertThat(refusal(settings, new MigrationSource("elsewhere"))).contains("another registry is being moved");

        try (MigrationTarget target = MigrationTarget.open(settings, NOWHERE)) {
            MigrationSource.forget(target.jdbc());
        }
        assertThat(refusal(settings, NOWHERE)).contains("is not empty");
    }

    /** A move was killed before it could note that it had begun. */
    @Test
    void aDatabaseThatHasNothingButItsTablesIsATarget() throws Exception {
        Map<String, Object> settings = postgres();
        try (MigrationTarget target = MigrationTarget.open(settings, NOWHERE)) {
            MigrationSource.forget(target.jdbc());
        }

        try (MigrationTarget target = MigrationTarget.open(settings, new MigrationSource("elsewhere"))) {
            assertThat(MigrationSource.isNoted(target.jdbc())).isTrue();
        }
    }

    private static String refusal(Map<String, Object> settings, MigrationSource source) throws Exception {
        try (MigrationTarget opened = MigrationTarget.open(settings, source)) {
            throw new AssertionError("It was opened: " + opened);
        } catch (OperationException e) {
            return e.getMessage();
        }
    }

    private static Map<String, Object> embedded() {
        return new HashMap<>(Map.of("strata.data-dir", OwnDataDirectory.create().toAbsolutePath().toString()));
    }

    private static Map<String, Object> postgres() {
        Map<String, Object> settings = embedded();
        for (String setting : OnPostgres.Database.settings()) {
            settings.put(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
        }
        return settings;
    }

    private static void move(MigrationTarget from, MigrationTarget to) throws SQLException {
        MigratedBlobs blobs = new MigratedBlobs(from.store(), to.store(), to.jdbc(), LINES, 1);
        try (Connection connection = from.database().getConnection()) {
            connection.setAutoCommit(false);
            new DatabaseMove(connection, to.database(), LINES).run(blobs);
            connection.rollback();
        }
    }

    /** A row for each table, and a second one's number is used up for each that numbers its rows. */
    private static void fill(MigrationTarget target) throws SQLException {
        try (Connection connection = target.database().getConnection();
                Statement statement = connection.createStatement()) {
            for (Table table : Schema.of(connection).moving()) {
                statement.execute("delete from " + table.name());
                try (PreparedStatement insert = connection.prepareStatement(table.insert());
                        ResultSet none = statement.executeQuery(table.select())) {
                    ResultSetMetaData columns = none.getMetaData();
                    for (int i = 1; i <= columns.getColumnCount(); i++) {
                        insert.setObject(i, value(columns.getColumnType(i)));
                    }
                    insert.executeUpdate();
                }
                for (String identity : table.identities()) {
                    statement.execute("alter table " + table.name() + " alter column " + identity + " restart with " + (ID + 1));
                }
            }
        }
    }

    private static Object value(int type) {
        return switch (type) {
            case Types.BIGINT, Types.INTEGER -> ID;
            case Types.VARCHAR -> "ü";
            case Types.BOOLEAN, Types.BIT -> true;
            case Types.BINARY, Types.VARBINARY, Types.BLOB -> new byte[] {0, 1, -1, -128, 127, 0, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
                17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32};
            case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE -> TIME;
            default -> throw new AssertionError("What is a value of the type " + type + "? It must move, too");
        };
    }

    /** The rows of all tables that move, each value as the same of both databases. */
    private static Map<String, List<List<Object>>> content(MigrationTarget target) throws SQLException {
        Map<String, List<List<Object>>> content = new TreeMap<>();
        try (Connection connection = target.database().getConnection();
                Statement statement = connection.createStatement()) {
            for (Table table : Schema.of(connection).moving()) {
                List<List<Object>> rows = new ArrayList<>();
                try (ResultSet result = statement.executeQuery(table.select())) {
                    while (result.next()) {
                        List<Object> row = new ArrayList<>();
                        for (int i = 1; i <= table.columns().size(); i++) {
                            row.add(same(result, i));
                        }
                        rows.add(row);
                    }
                }
                content.put(table.name(), rows);
            }
        }
        return content;
    }

    private static Object same(ResultSet row, int column) throws SQLException {
        return switch (row.getMetaData().getColumnType(column)) {
            case Types.BINARY, Types.VARBINARY, Types.BLOB -> HexFormat.of().formatHex(row.getBytes(column));
            case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE ->
                row.getObject(column, OffsetDateTime.class).toInstant();
            default -> row.getObject(column);
        };
    }

    private static long nextRepository(MigrationTarget target) throws SQLException {
        try (Connection connection = target.database().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("insert into repository (name) values ('next')", Statement.RETURN_GENERATED_KEYS);
            try (ResultSet keys = statement.getGeneratedKeys()) {
                keys.next();
                return keys.getLong(1);
            }
        }
    }
}
