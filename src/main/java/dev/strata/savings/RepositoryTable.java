package dev.strata.savings;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

@Component("savingsRepositoryTable")
class RepositoryTable implements Rows.Table<Long, RepositoryRow> {

    static final String COLUMNS =
            "r.id, r.name, r.images, r.tags, r.as_if_unshared, r.full_size, r.unique_size";

    private final JdbcTemplate jdbc;

    RepositoryTable(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Map<Long, RepositoryRow> find(Collection<Long> ids) {
        Map<Long, RepositoryRow> found = new HashMap<>();
        jdbc.query(
                "select " + COLUMNS + " from savings_repository r where r.id = any(?)",
                row -> {
                    found.put(row.getLong(1), read(row));
                },
                Keys.array(ids));
        return found;
    }

    static RepositoryRow read(ResultSet row) throws SQLException {
        return new RepositoryRow(
                row.getLong(1),
                row.getString(2),
                row.getInt(3),
                row.getInt(4),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7));
    }

    /** The registry's name of a repository. */
    String name(long id) {
        return String.valueOf(jdbc.queryForObject("select name from repository where id = ?", String.class, id));
    }

    @Override
    public void insert(List<RepositoryRow> rows) {
        jdbc.batchUpdate(
                "insert into savings_repository (name, images, tags, as_if_unshared, full_size, unique_size, shared_size,"
                        + " id) values (?, ?, ?, ?, ?, ?, ?, ?)",
                rows.stream().map(RepositoryTable::values).toList());
    }

    @Override
    public void update(List<RepositoryRow> rows) {
        jdbc.batchUpdate(
                "update savings_repository set name = ?, images = ?, tags = ?, as_if_unshared = ?, full_size = ?,"
                        + " unique_size = ?, shared_size = ? where id = ?",
                rows.stream().map(RepositoryTable::values).toList());
    }

    private static Object[] values(RepositoryRow row) {
        return new Object[] {
            row.name(),
            row.images(),
            row.tags(),
            row.asIfUnshared(),
            row.full(),
            row.unique(),
            row.full() - row.unique(),
            row.id()
        };
    }

    @Override
    public void delete(List<Long> ids) {
        jdbc.batchUpdate("delete from savings_repository where id = ?", Keys.each(ids));
    }
}
