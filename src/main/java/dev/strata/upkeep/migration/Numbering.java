package dev.strata.upkeep.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** How a database numbers the rows of a table. A number that was given once is not given again, also where its row is gone. */
final class Numbering {

    private Numbering() {}

    /** Lets a table go on where the same one of another database is. */
    static void carryOver(Table table, Connection from, Connection to) throws SQLException {
        for (String column : table.identities()) {
            long next = next(table.name(), column, from);
            try (Statement restart = to.createStatement()) {
                restart.execute("alter table " + table.name() + " alter column " + column + " restart with " + next);
            }
            to.commit();
        }
    }

    private static long next(String table, String column, Connection from) throws SQLException {
        return isEmbedded(from)
                ? number(
                        from,
                        "select identity_base from information_schema.columns where table_schema = current_schema and table_name = '"
                                + table + "' and column_name = '" + column + "'")
                : number(
                        from,
                        "select last_value + case when is_called then 1 else 0 end from "
                                + text(from, "select pg_get_serial_sequence('" + table + "', '" + column + "')"));
    }

    static boolean isEmbedded(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseProductName().equals("H2");
    }

    private static long number(Connection from, String query) throws SQLException {
        return Long.parseLong(text(from, query));
    }

    private static String text(Connection from, String query) throws SQLException {
        try (Statement statement = from.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
