package dev.strata.upkeep.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Copies the rows of one table to another database, some at a time. */
final class TableCopy {

    private static final int MOST_ROWS = 1_000;
    private static final long MOST_BYTES = 4L * 1024 * 1024;
    /** Of rows that may have megabytes, PostgreSQL's driver keeps all in memory that it fetches at once. */
    private static final int WIDE_AT_ONCE = 4;

    private final Connection from;
    private final Connection to;

    /**
     * @param from as it was at one moment, with no commit after each statement
     * @param to with no commit after each statement
     */
    TableCopy(Connection from, Connection to) {
        this.from = from;
        this.to = to;
    }

    /** What some rows become on their way; each has a value for each column. */
    interface Change {
        void apply(List<@Nullable Object[]> rows) throws SQLException;
    }

    /**
     * Copies all rows, and returns how many there were.
     *
     * @param isWide whether a row may have megabytes, in the one database or the other
     */
    long copy(Table table, boolean isWide, Change change) throws SQLException {
        long count = 0;
        try (Statement select = from.createStatement();
                PreparedStatement insert = to.prepareStatement(table.insert())) {
            select.setFetchSize(isWide ? WIDE_AT_ONCE : MOST_ROWS);
            List<@Nullable Object[]> some = new ArrayList<>();
            long bytes = 0;
            try (ResultSet rows = select.executeQuery(table.select())) {
                while (rows.next()) {
                    @Nullable Object[] row = read(rows);
                    some.add(row);
                    bytes += size(row);
                    if (some.size() == MOST_ROWS || bytes >= MOST_BYTES) {
                        count += write(some, insert, change);
                        bytes = 0;
                    }
                }
            }
            return count + write(some, insert, change);
        }
    }

    private long write(List<@Nullable Object[]> some, PreparedStatement insert, Change change) throws SQLException {
        change.apply(some);
        for (@Nullable Object[] row : some) {
            for (int i = 0; i < row.length; i++) {
                insert.setObject(i + 1, row[i]);
            }
            insert.addBatch();
        }
        insert.executeBatch();
        to.commit();
        int count = some.size();
        some.clear();
        return count;
    }

    private static @Nullable Object[] read(ResultSet rows) throws SQLException {
        ResultSetMetaData columns = rows.getMetaData();
        @Nullable Object[] row = new Object[columns.getColumnCount()];
        for (int i = 1; i <= row.length; i++) {
            row[i - 1] = switch (columns.getColumnType(i)) {
                case Types.BLOB, Types.BINARY, Types.VARBINARY -> rows.getBytes(i);
                // PostgreSQL's driver calls one with a zone so too.
                case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE -> rows.getObject(i, OffsetDateTime.class);
                default -> rows.getObject(i);
            };
        }
        return row;
    }

    private static long size(@Nullable Object[] row) {
        long size = 0;
        for (Object value : row) {
            size += switch (value) {
                case byte[] bytes -> bytes.length;
                case String text -> 2L * text.length();
                case null, default -> Long.BYTES;
            };
        }
        return size;
    }
}
