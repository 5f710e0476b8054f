package dev.strata.upkeep.bin;

import static dev.strata.database.columns.ColumnTime.at;

import dev.strata.database.columns.ColumnCode;
import dev.strata.database.columns.ColumnText;
import dev.strata.database.columns.ColumnTime;
import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import dev.strata.registry.DeletionId;
import dev.strata.upkeep.history.Ending;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The statements on what was deleted. */
@Component
class BinTable {

    private static final int NAME_WIDTH = 600;

    private static final String SELECT = """
            select i.id, i.kind, i.repository_id, (select r.name from repository r where r.id = i.repository_id), i.object_id,
              case when i.kind = 'M' then (select m.digest from manifest m where m.id = i.object_id)
                else (select b.digest from blob b where b.id = i.object_id) end,
              i.media_type,
              case when i.kind = 'M' then (select m.size from manifest m where m.id = i.object_id)
                else (select b.size from blob b where b.id = i.object_id) end,
              i.deletion, i.deleted_at, i.deleted_by, i.goes_at
            from bin_item i""";

    private final JdbcTemplate jdbc;

    BinTable(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** What was deleted once more is in the bin once, as it was deleted last. */
    void put(BinItem.Kind kind, long repositoryId, long objectId, @Nullable String mediaType, Ending ending) {
        Object[] values = {
            mediaType,
            ending.deletion().toString(),
            at(ending.at()),
            ColumnText.of(ending.by(), NAME_WIDTH),
            at(ending.goesAt()),
            kind.column(),
            repositoryId,
            objectId
        };
        int updated = jdbc.update(
                "update bin_item set media_type = ?, deletion = ?, deleted_at = ?, deleted_by = ?, goes_at = ?"
                        + " where kind = ? and repository_id = ? and object_id = ?",
                values);
        if (updated == 0) {
            jdbc.update(
                    "insert into bin_item (media_type, deletion, deleted_at, deleted_by, goes_at, kind, repository_id, object_id)"
                            + " values (?, ?, ?, ?, ?, ?, ?, ?)",
                    values);
        }
    }

    /** What can no longer be taken back, the longest first. */
    List<BinItem> gone(Instant now, int limit) {
        return jdbc.query(SELECT + " where i.goes_at <= ? order by i.goes_at, i.id limit ?", (row, n) -> read(row), at(now), limit);
    }

    /** What goes first. */
    List<BinItem> oldest(int limit) {
        return jdbc.query(SELECT + " order by i.goes_at, i.id limit ?", (row, n) -> read(row), limit);
    }

    /** Some of it in the order in which it was deleted. */
    List<BinItem> after(long id, int limit) {
        return jdbc.query(SELECT + " where i.id > ? order by i.id limit ?", (row, n) -> read(row), id, limit);
    }

    /** What belongs to a deletion, some of it. */
    List<BinItem> of(DeletionId deletion, long after, int limit) {
        return jdbc.query(
                SELECT + " where i.deletion = ? and i.id > ? order by i.deletion, i.id limit ?",
                (row, n) -> read(row),
                deletion.toString(),
                after,
                limit);
    }

    /** A manifest that was deleted from a repository. */
    Optional<BinItem> findManifest(long repositoryId, Digest digest) {
        return jdbc
                .query(
                        SELECT + " where i.kind = 'M' and i.repository_id = ?"
                                + " and i.object_id = (select m.id from manifest m where m.digest = ?)",
                        (row, n) -> read(row),
                        repositoryId,
                        digest.bytes())
                .stream()
                .findFirst();
    }

    private static BinItem read(ResultSet row) throws SQLException {
        return new BinItem(
                row.getLong(1),
                ColumnCode.of(BinItem.Kind.class, row.getString(2)),
                row.getLong(3),
                RepositoryName.of(row.getString(4)),
                row.getLong(5),
                Digest.ofBytes(row.getBytes(6)),
                Optional.ofNullable(row.getString(7)).map(MediaType::of),
                row.getLong(8),
                new Ending(
                        DeletionId.of(row.getString(9)),
                        ColumnTime.read(row, 10),
                        row.getString(11),
                        ColumnTime.read(row, 12)));
    }

    /** Who deleted what belongs to a deletion; empty where nothing of it is here. */
    Optional<String> by(DeletionId deletion) {
        return jdbc
                .queryForList(
                        "select deleted_by from bin_item where deletion = ? order by deletion, id limit 1",
                        String.class,
                        deletion.toString())
                .stream()
                .findFirst();
    }

    /** Takes out what belongs to a deletion; says whether it was there. */
    boolean delete(BinItem.Kind kind, long repositoryId, long objectId, DeletionId deletion) {
        return jdbc.update(
                        "delete from bin_item where kind = ? and repository_id = ? and object_id = ? and deletion = ?",
                        kind.column(),
                        repositoryId,
                        objectId,
                        deletion.toString())
                > 0;
    }

    /** Takes something out, unless it was deleted once more; says whether it was there. */
    boolean delete(BinItem item) {
        return jdbc.update(
                        "delete from bin_item where id = ? and deletion = ?",
                        item.id(),
                        item.ending().deletion().toString())
                > 0;
    }

    /** The bytes that only what is in the bin holds of a manifest: its own, and those of some of the blobs that it names. */
    long bytesOnlyOf(BinItem item, int mostReferences) {
        Long named = jdbc.queryForObject(
                """
                select coalesce(sum(b.size), 0) from blob b where b.digest in (
                    select f.digest from manifest_reference f where f.manifest_id = ? and f.position < ?)
                  and not exists (
                    select 1 from manifest_reference o where o.digest = b.digest and exists (
                      select 1 from manifest_link l where l.manifest_id = o.manifest_id))""",
                Long.class,
                item.objectId(),
                mostReferences);
        return item.size() + (named == null ? 0 : named);
    }
}
