package dev.strata.registry;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.stereotype.Component;

/**
 * What the tables ask in the same way. Statements run as directly as the database can be asked: by way of entities a pull
 * costs four times as much as the database's own work.
 *
 * <p>No table is joined. H2 makes a plan when it sees a query first, with nothing in the tables, and keeps it: an order
 * of joins that is as good as any other then reads every row of a repository later.
 *
 * <p>Whatever may be there is looked for, and locked, before it is inserted. An insert that meets a row makes H2 take a
 * part of the transaction back, and from then on everyone who waits for a lock of this transaction asks again and again
 * without a pause and without an end, until no processor is left for the one that they wait for.
 */
@Component
public class Rows {

    /** Well below the parameters that any database takes in one statement. */
    private static final int KEYS_A_QUERY = 1_024;
    /** Someone else can come between looking for a row and writing it, but not for ever. */
    private static final int ATTEMPTS = 5;

    private final JdbcTemplate jdbc;

    Rows(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** A row's id, and whether the row has just come into being. */
    public record Row(long id, boolean isNew) {}

    /** What one row says. */
    public interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    public <T> Optional<T> find(Reader<T> reader, String sql, @Nullable Object... keys) {
        ResultSetExtractor<Optional<T>> first = rows -> rows.next() ? Optional.of(reader.read(rows)) : Optional.empty();
        return jdbc.query(sql, first, keys);
    }

    public Optional<Long> findId(String sql, @Nullable Object... keys) {
        return find(row -> row.getLong(1), sql, keys);
    }

    public <T> List<T> list(Reader<T> reader, String sql, @Nullable Object... keys) {
        return jdbc.query(sql, (row, number) -> reader.read(row), keys);
    }

    /** Says whether it changed anything. */
    public boolean change(String sql, @Nullable Object... values) {
        return jdbc.update(sql, values) > 0;
    }

    /**
     * Finds the row, or makes it; another transaction may make it meanwhile, or take it away.
     *
     * @param select locks the row where it has to stay
     */
    public Row findOrInsert(String select, Object key, String insert, @Nullable Object... values) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Long> found = findId(select, key);
            if (found.isPresent()) {
                return new Row(found.get(), false);
            }
            Optional<Long> inserted = insert(insert, values);
            if (inserted.isPresent()) {
                return new Row(inserted.get(), true);
            }
        }
        throw new PessimisticLockingFailureException("The row comes and goes again and again");
    }

    /** The id that the new row got; empty where there is one already. */
    private Optional<Long> insert(String sql, @Nullable Object... values) {
        Optional<Long> id = jdbc.execute(
                connection -> {
                    PreparedStatement insert = connection.prepareStatement(sql, new String[] {"id"});
                    for (int i = 0; i < values.length; i++) {
                        insert.setObject(i + 1, values[i]);
                    }
                    return insert;
                },
                (PreparedStatement insert) -> insert.executeUpdate() > 0 ? generatedId(insert) : Optional.empty());
        return id == null ? Optional.empty() : id;
    }

    private static Optional<Long> generatedId(Statement insert) throws SQLException {
        try (ResultSet keys = insert.getGeneratedKeys()) {
            return keys.next() ? Optional.of(keys.getLong(1)) : Optional.empty();
        }
    }

    /**
     * Asks for many keys in a few statements.
     *
     * @param sql ends where the list of keys comes, in brackets
     * @param before the parameters before the keys
     */
    public <T> List<T> listIn(Reader<T> reader, String sql, List<?> before, List<?> keys) {
        return IntStream.iterate(0, from -> from < keys.size(), from -> from + KEYS_A_QUERY)
                .mapToObj(from -> keys.subList(from, Math.min(keys.size(), from + KEYS_A_QUERY)))
                .flatMap(some -> listInOne(reader, sql, before, some).stream())
                .toList();
    }

    private <T> List<T> listInOne(Reader<T> reader, String sql, List<?> before, List<?> keys) {
        // Padded with its last to a power of two, so that there are few statements to prepare.
        int places = Integer.highestOneBit(Math.max(1, keys.size() - 1)) * 2;
        Object[] parameters = new Object[before.size() + places];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = i < before.size() ? before.get(i) : keys.get(Math.min(i - before.size(), keys.size() - 1));
        }
        String list = IntStream.range(0, places).mapToObj(place -> "?").collect(Collectors.joining(", ", "(", ")"));
        return list(reader, sql + list, parameters);
    }
}
