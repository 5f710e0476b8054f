package dev.strata.savings.ledger;

import dev.strata.savings.counted.Holding;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

@Component
public class Holdings implements RowCache.Table<Holding.Key, Holding> {

    private final JdbcTemplate jdbc;

    Holdings(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Map<Holding.Key, Holding> find(Collection<Holding.Key> keys) {
        Map<Holding.Key, Holding> found = new HashMap<>();
        Map<Long, List<Long>> byRepository = keys.stream()
                .collect(Collectors.groupingBy(
                        Holding.Key::repositoryId,
                        Collectors.mapping(Holding.Key::objectId, Collectors.toList())));
        // By way of the objects: H2 uses an index of two columns for a list of values in the first of them only.
        byRepository.forEach((repositoryId, objectIds) -> jdbc.query(
                "select o.id,"
                        + " (select h.images from savings_holding h where h.repository_id = ? and h.object_id = o.id),"
                        + " (select h.linked from savings_holding h where h.repository_id = ? and h.object_id = o.id),"
                        + " (select h.uploaded from savings_holding h where h.repository_id = ? and h.object_id = o.id)"
                        + " from savings_object o where o.id = any(?)",
                row -> {
                    Holding.Key key = new Holding.Key(repositoryId, row.getLong(1));
                    int images = row.getInt(2);
                    if (!row.wasNull()) {
                        found.put(key, new Holding(key, images, row.getBoolean(3), row.getBoolean(4)));
                    }
                },
                repositoryId,
                repositoryId,
                repositoryId,
                SqlArrays.array(objectIds)));
        return found;
    }

    @Override
    public void insert(List<Holding> rows) {
        jdbc.batchUpdate(
                "insert into savings_holding (images, linked, uploaded, repository_id, object_id) values (?, ?, ?, ?, ?)",
                rows.stream().map(Holdings::values).toList());
    }

    @Override
    public void update(List<Holding> rows) {
        jdbc.batchUpdate(
                "update savings_holding set images = ?, linked = ?, uploaded = ? where repository_id = ? and object_id = ?",
                rows.stream().map(Holdings::values).toList());
    }

    private static Object[] values(Holding row) {
        return new Object[] {
            row.images(), row.linked(), row.uploaded(), row.key().repositoryId(), row.key().objectId()
        };
    }

    @Override
    public void delete(List<Holding.Key> keys) {
        jdbc.batchUpdate(
                "delete from savings_holding where repository_id = ? and object_id = ?",
                keys.stream()
                        .map(key -> new Object[] {key.repositoryId(), key.objectId()})
                        .toList());
    }
}
