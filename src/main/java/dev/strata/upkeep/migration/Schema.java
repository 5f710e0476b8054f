package dev.strata.upkeep.migration;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The tables of a database, as it describes them itself: none can be forgotten. */
final class Schema {

    /**
     * What does not move: what processes and uploads have for themselves, and what is about the place where it stands.
     * Whatever is not named here moves.
     */
    static final Set<String> STAYING = Set.of(
            "flyway_schema_history",
            "migration_source",
            "migrated_blob",
            // Each database has its own name.
            "database_name",
            // Of processes.
            "claim",
            "cache_lease",
            // Uploads that are not finished begin anew.
            "object_upload",
            "object_upload_part",
            // Bytes that are to be deleted from the store that is left.
            "blob_removal");

    /** What has rows before anything is pushed. */
    private static final Set<String> MADE_WITH_ROWS = Set.of("cache_secret", "policy_revision", "savings_writer");

    private final Map<String, Table> tables;

    private Schema(Map<String, Table> tables) {
        this.tables = tables;
    }

    static Schema of(Connection connection) throws SQLException {
        DatabaseMetaData database = connection.getMetaData();
        String schema = connection.getSchema();
        Map<String, Set<String>> needed = new LinkedHashMap<>();
        try (ResultSet rows = database.getTables(null, schema, "%", new String[] {"TABLE", "BASE TABLE"})) {
            while (rows.next()) {
                needed.put(rows.getString("TABLE_NAME"), new TreeSet<>());
            }
        }
        for (Map.Entry<String, Set<String>> table : needed.entrySet()) {
            try (ResultSet keys = database.getImportedKeys(null, schema, table.getKey())) {
                while (keys.next()) {
                    table.getValue().add(keys.getString("PKTABLE_NAME"));
                }
            }
        }
        Map<String, Table> tables = new LinkedHashMap<>();
        for (String name : inOrder(needed)) {
            tables.put(name, table(database, schema, name));
        }
        return new Schema(tables);
    }

    /** Each behind those that it refers to. */
    private static List<String> inOrder(Map<String, Set<String>> needed) {
        List<String> order = new ArrayList<>();
        Set<String> left = new TreeSet<>(needed.keySet());
        while (!left.isEmpty()) {
            List<String> next = left.stream()
                    .filter(name -> needed.get(name).stream().noneMatch(other -> left.contains(other) && !other.equals(name)))
                    .toList();
            if (next.isEmpty()) {
                throw new IllegalStateException("Tables refer to each other in a circle: " + left);
            }
            order.addAll(next);
            left.removeAll(new HashSet<>(next));
        }
        return order;
    }

    private static Table table(DatabaseMetaData database, String schema, String name) throws SQLException {
        List<String> columns = new ArrayList<>();
        List<String> identities = new ArrayList<>();
        boolean isWide = false;
        // An underscore stands for any character there.
        try (ResultSet rows = database.getColumns(null, schema, name.replace("_", database.getSearchStringEscape() + "_"), "%")) {
            while (rows.next()) {
                String column = rows.getString("COLUMN_NAME");
                columns.add(column);
                isWide |= rows.getInt("DATA_TYPE") == Types.BLOB;
                if (rows.getString("IS_AUTOINCREMENT").equals("YES")) {
                    identities.add(column);
                }
            }
        }
        return new Table(name, columns, identities, isWide);
    }

    boolean has(String table) {
        return tables.containsKey(table);
    }

    /** All tables, each behind those that it refers to. */
    List<Table> all() {
        return List.copyOf(tables.values());
    }

    /** Those whose rows move, in the same order. */
    List<Table> moving() {
        return all().stream().filter(table -> !STAYING.contains(table.name())).toList();
    }

    /** Those that have rows only where the registry was used. */
    List<Table> filledByUse() {
        return moving().stream().filter(table -> !MADE_WITH_ROWS.contains(table.name())).toList();
    }
}
