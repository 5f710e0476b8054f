package dev.strata.savings.ledger;

import dev.strata.savings.counted.CountedRepository;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

@Component
public class CountedRepositories implements RowCache.Table<Long, CountedRepository> {

    public static final String COLUMNS =
            "r.id, r.name, r.images, r.tags, r.as_if_unshared, r.full_size, r.unique_size";

    private final JdbcTemplate jdbc;

    public CountedRepositories(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Map<Long, CountedRepository> find(Collection<Long> ids) {
        Map<Long, CountedRepository> found = new HashMap<>();
        jdbc.query(
                "select " + COLUMNS + " from savings_repository r where r.id = any(?)",
                row -> {
                    found.put(row.getLong(1), read(row));
                },
                SqlArrays.array(ids));
        return found;
    }

    public static CountedRepository read(ResultSet row) throws SQLException {
        return new CountedRepository(
                row.getLong(1),
                row.getString(2),
                row.getInt(3),
                row.getInt(4),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7));
    }

    /** The registry's name of a repository; what no repository is called, where it is gone. */
    public String name(long id) {
        return jdbc.queryForList("select name from repository where id = ?", String.class, id).stream()
                .findFirst()
                .orElse("(" + id + ")");
    }

    @Override
    public void insert(List<CountedRepository> rows) {
        jdbc.batchUpdate(
                "insert into savings_repository (name, images, tags, as_if_unshared, full_size, unique_size, shared_size,"
                        + " id) values (?, ?, ?, ?, ?, ?, ?, ?)",
                rows.stream().map(CountedRepositories::values).toList());
    }

    @Override
    public void update(List<CountedRepository> rows) {
        jdbc.batchUpdate(
                "update savings_repository set name = ?, images = ?, tags = ?, as_if_unshared = ?, full_size = ?,"
                        + " unique_size = ?, shared_size = ? where id = ?",
                rows.stream().map(CountedRepositories::values).toList());
    }

    private static Object[] values(CountedRepository row) {
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
        jdbc.batchUpdate("delete from savings_repository where id = ?", SqlArrays.each(ids));
    }
}
