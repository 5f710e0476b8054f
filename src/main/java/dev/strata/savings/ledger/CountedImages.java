package dev.strata.savings.ledger;

import dev.strata.database.columns.ColumnCode;
import dev.strata.savings.counted.CountedImage;
import dev.strata.savings.counted.Form;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Component;

@Component
public class CountedImages implements RowCache.Table<CountedImage.Key, CountedImage> {

    public static final String COLUMNS = "i.repository_id, i.manifest_id, i.number, i.form, i.tags, i.parents, i.full_size,"
            + " i.unique_size, i.stack_id";

    public static final RowMapper<CountedImage> ROW = (row, number) -> read(row);

    private final JdbcTemplate jdbc;

    public CountedImages(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Map<CountedImage.Key, CountedImage> find(Collection<CountedImage.Key> keys) {
        Map<CountedImage.Key, CountedImage> found = new HashMap<>();
        Map<Long, List<Long>> byRepository = keys.stream()
                .collect(Collectors.groupingBy(
                        CountedImage.Key::repositoryId,
                        Collectors.mapping(CountedImage.Key::manifestId, Collectors.toList())));
        byRepository.forEach((repositoryId, manifestIds) -> {
            if (manifestIds.size() == 1) {
                find("i.repository_id = ? and i.manifest_id = ?", repositoryId, manifestIds.getFirst())
                        .ifPresent(image -> found.put(image.key(), image));
            } else {
                // By way of the manifests: H2 uses an index for a list of values in the first of its columns only.
                jdbc.query(
                                "select " + COLUMNS + " from manifest m join savings_image i on i.repository_id = ?"
                                        + " and i.manifest_id = m.id where m.id = any(?)",
                                ROW,
                                repositoryId,
                                SqlArrays.array(manifestIds))
                        .forEach(image -> found.put(image.key(), image));
            }
        });
        return found;
    }

    List<CountedImage.Key> keys(Collection<Long> numbers) {
        return jdbc.query(
                "select i.repository_id, i.manifest_id from savings_image i where i.number = any(?)",
                (row, number) -> new CountedImage.Key(row.getLong(1), row.getLong(2)),
                SqlArrays.array(numbers));
    }

    Optional<CountedImage> findByNumber(long number) {
        return find("i.number = ?", number);
    }

    private Optional<CountedImage> find(String condition, Object... parameters) {
        return jdbc.query("select " + COLUMNS + " from savings_image i where " + condition, ROW, parameters).stream()
                .findFirst();
    }

    public static CountedImage read(ResultSet row) throws SQLException {
        return new CountedImage(
                new CountedImage.Key(row.getLong(1), row.getLong(2)),
                row.getLong(3),
                ColumnCode.of(Form.class, row.getString(4)),
                row.getInt(5),
                row.getInt(6),
                row.getLong(7),
                row.getLong(8),
                row.getLong(9));
    }

    @Override
    public void insert(List<CountedImage> rows) {
        jdbc.batchUpdate(
                "insert into savings_image (number, form, tags, parents, tagged, full_size, unique_size, shared_size,"
                        + " freed, stack_id, repository_id, manifest_id) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows.stream().map(CountedImages::values).toList());
    }

    @Override
    public void update(List<CountedImage> rows) {
        jdbc.batchUpdate(
                "update savings_image set number = ?, form = ?, tags = ?, parents = ?, tagged = ?, full_size = ?,"
                        + " unique_size = ?, shared_size = ?, freed = ?, stack_id = ?"
                        + " where repository_id = ? and manifest_id = ?",
                rows.stream().map(CountedImages::values).toList());
    }

    private static Object[] values(CountedImage row) {
        return new Object[] {
            row.number(),
            row.form().column(),
            row.tags(),
            row.parents(),
            row.tags() > 0,
            row.full(),
            row.unique(),
            row.shared(),
            row.freed(),
            row.stackId(),
            row.key().repositoryId(),
            row.key().manifestId()
        };
    }

    @Override
    public void delete(List<CountedImage.Key> keys) {
        jdbc.batchUpdate(
                "delete from savings_image where repository_id = ? and manifest_id = ?",
                keys.stream()
                        .map(key -> new Object[] {key.repositoryId(), key.manifestId()})
                        .toList());
    }
}
