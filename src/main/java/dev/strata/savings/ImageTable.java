package dev.strata.savings;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Component;

@Component
class ImageTable implements Rows.Table<ImageRow.Key, ImageRow> {

    static final String COLUMNS = "i.repository_id, i.manifest_id, i.number, i.form, i.tags, i.parents, i.full_size,"
            + " i.unique_size, i.stack_id";

    static final RowMapper<ImageRow> ROW = (row, number) -> read(row);

    private final JdbcTemplate jdbc;

    ImageTable(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Map<ImageRow.Key, ImageRow> find(Collection<ImageRow.Key> keys) {
        Map<ImageRow.Key, ImageRow> found = new HashMap<>();
        for (ImageRow.Key key : keys) {
            find("i.repository_id = ? and i.manifest_id = ?", key.repositoryId(), key.manifestId())
                    .ifPresent(row -> found.put(key, row));
        }
        return found;
    }

    Optional<ImageRow> findByNumber(long number) {
        return find("i.number = ?", number);
    }

    private Optional<ImageRow> find(String condition, Object... parameters) {
        return jdbc.query("select " + COLUMNS + " from savings_image i where " + condition, ROW, parameters).stream()
                .findFirst();
    }

    static ImageRow read(ResultSet row) throws SQLException {
        return new ImageRow(
                new ImageRow.Key(row.getLong(1), row.getLong(2)),
                row.getLong(3),
                Form.of(row.getString(4)),
                row.getInt(5),
                row.getInt(6),
                row.getLong(7),
                row.getLong(8),
                row.getLong(9));
    }

    @Override
    public void insert(List<ImageRow> rows) {
        jdbc.batchUpdate(
                "insert into savings_image (number, form, tags, parents, tagged, full_size, unique_size, shared_size,"
                        + " freed, stack_id, repository_id, manifest_id) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows.stream().map(ImageTable::values).toList());
    }

    @Override
    public void update(List<ImageRow> rows) {
        jdbc.batchUpdate(
                "update savings_image set number = ?, form = ?, tags = ?, parents = ?, tagged = ?, full_size = ?,"
                        + " unique_size = ?, shared_size = ?, freed = ?, stack_id = ?"
                        + " where repository_id = ? and manifest_id = ?",
                rows.stream().map(ImageTable::values).toList());
    }

    private static Object[] values(ImageRow row) {
        return new Object[] {
            row.number(),
            row.form().code(),
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
    public void delete(List<ImageRow.Key> keys) {
        jdbc.batchUpdate(
                "delete from savings_image where repository_id = ? and manifest_id = ?",
                keys.stream()
                        .map(key -> new Object[] {key.repositoryId(), key.manifestId()})
                        .toList());
    }
}
