package dev.strata.savings.ledger;

import dev.strata.savings.counted.CountedObject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

@Component
public class CountedObjects implements RowCache.Table<Long, CountedObject> {

    private static final String COLUMNS = "o.id, o.size, o.links, o.images, o.repositories, o.image_sum, o.repository_sum";

    private final JdbcTemplate jdbc;

    public CountedObjects(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Map<Long, CountedObject> find(Collection<Long> ids) {
        Map<Long, CountedObject> found = new HashMap<>();
        jdbc.query(
                "select " + COLUMNS + " from savings_object o where o.id = any(?)",
                row -> {
                    found.put(row.getLong(1), read(row));
                },
                SqlArrays.array(ids));
        return found;
    }

    public static CountedObject read(ResultSet row) throws SQLException {
        return new CountedObject(
                row.getLong(1),
                row.getLong(2),
                row.getInt(3),
                row.getInt(4),
                row.getInt(5),
                row.getLong(6),
                row.getLong(7));
    }

    @Override
    public void insert(List<CountedObject> rows) {
        jdbc.batchUpdate(
                "insert into savings_object (links, images, repositories, image_sum, repository_sum, size, id)"
                        + " values (?, ?, ?, ?, ?, ?, ?)",
                rows.stream().map(CountedObjects::values).toList());
    }

    @Override
    public void update(List<CountedObject> rows) {
        jdbc.batchUpdate(
                "update savings_object set links = ?, images = ?, repositories = ?, image_sum = ?, repository_sum = ?,"
                        + " size = ? where id = ?",
                rows.stream().map(CountedObjects::values).toList());
    }

    private static Object[] values(CountedObject row) {
        return new Object[] {
            row.links(), row.images(), row.repositories(), row.imageSum(), row.repositorySum(), row.size(), row.id()
        };
    }

    @Override
    public void delete(List<Long> ids) {
        jdbc.batchUpdate("delete from savings_object where id = ?", SqlArrays.each(ids));
    }
}
