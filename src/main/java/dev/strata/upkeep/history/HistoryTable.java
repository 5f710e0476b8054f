package dev.strata.upkeep.history;

import static dev.strata.database.columns.ColumnTime.at;

import dev.strata.database.columns.ColumnCode;
import dev.strata.database.columns.ColumnText;
import dev.strata.database.columns.ColumnTime;
import dev.strata.oci.Digest;
import dev.strata.oci.Tag;
import dev.strata.registry.DeletionId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The statements on where tags pointed. */
@Component
public class HistoryTable {

    private static final int NAME_WIDTH = 600;
    private static final String SELECT =
            "select name, digest, set_at, how, deletion, ended_at, ended_by, goes_at from tag_history";

    private final JdbcTemplate jdbc;

    HistoryTable(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public void add(long repositoryId, HistoryEntry entry) {
        jdbc.update(
                "insert into tag_history (repository_id, name, digest, set_at, ended_at, ended_by, how, deletion, goes_at)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                repositoryId,
                entry.tag().name(),
                entry.digest().bytes(),
                at(entry.setAt()),
                at(entry.ending().at()),
                ColumnText.of(entry.ending().by(), NAME_WIDTH),
                entry.how().column(),
                entry.ending().deletion().toString(),
                at(entry.ending().goesAt()));
    }

    /** Whether it is noted already how a tag's time ended. */
    public boolean has(long repositoryId, HistoryEntry entry) {
        return !jdbc.queryForList(
                        "select id from tag_history where repository_id = ? and name = ? and deletion = ?",
                        Long.class,
                        repositoryId,
                        entry.tag().name(),
                        entry.ending().deletion().toString())
                .isEmpty();
    }

    /** Where a tag pointed, the last first. */
    public List<HistoryEntry> of(long repositoryId, Tag tag, int limit) {
        return jdbc.query(
                SELECT + " where repository_id = ? and name = ? order by repository_id desc, name desc, id desc limit ?",
                (row, number) -> read(row),
                repositoryId,
                tag.name(),
                limit);
    }

    /** The first tag of a repository behind a name that has a history. */
    Optional<Tag> nextTag(long repositoryId, String name) {
        return jdbc
                .queryForList(
                        "select name from tag_history where repository_id = ? and name > ?"
                                + " order by repository_id, name, id limit 1",
                        String.class,
                        repositoryId,
                        name)
                .stream()
                .map(Tag::of)
                .findFirst();
    }

    /** The tags that went with a deletion and pointed at a manifest. */
    public List<HistoryEntry> of(DeletionId deletion, long repositoryId, Digest digest, int limit) {
        return jdbc.query(
                SELECT + " where deletion = ? and repository_id = ? and digest = ? and how = 'D' order by deletion, id limit ?",
                (row, number) -> read(row),
                deletion.toString(),
                repositoryId,
                digest.bytes(),
                limit);
    }

    private static HistoryEntry read(ResultSet row) throws SQLException {
        return new HistoryEntry(
                Tag.of(row.getString(1)),
                Digest.ofBytes(row.getBytes(2)),
                ColumnTime.read(row, 3),
                ColumnCode.of(HistoryEntry.How.class, row.getString(4)),
                new Ending(
                        DeletionId.of(row.getString(5)),
                        ColumnTime.read(row, 6),
                        row.getString(7),
                        ColumnTime.read(row, 8)));
    }

    /** Forgets some of what can no longer be taken back, and says of which repository each of it was. */
    public List<Long> forget(Instant now, int limit) {
        record Row(long id, long repositoryId) {}
        List<Row> some = jdbc.query(
                "select id, repository_id from tag_history where goes_at <= ? order by goes_at, id limit ?",
                (row, number) -> new Row(row.getLong(1), row.getLong(2)),
                at(now),
                limit);
        jdbc.batchUpdate(
                "delete from tag_history where id = ?",
                some.stream().map(row -> new Object[] {row.id()}).toList());
        return some.stream().map(Row::repositoryId).toList();
    }

    public boolean isAnyGone(Instant now) {
        return !jdbc.queryForList(
                        "select id from tag_history where goes_at <= ? order by goes_at, id limit 1", Long.class, at(now))
                .isEmpty();
    }
}
