package dev.strata.registry.manifests;

import dev.strata.database.columns.ColumnTime;
import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.Manifest;
import dev.strata.registry.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The statements on what manifests name. */
@Component
public class ReferenceTable {

    private static final char BLOB = 'B';
    private static final char CHILD = 'M';
    private static final int A_BATCH = 1_000;

    private final Rows rows;
    private final JdbcTemplate jdbc;

    ReferenceTable(Rows rows, JdbcTemplate jdbc) {
        this.rows = rows;
        this.jdbc = jdbc;
    }

    /** How many things a manifest names. */
    public static int count(Manifest manifest) {
        return manifest.blobs().size() + manifest.children().size();
    }

    /** A manifest that an index lists. */
    public record Listed(long position, Digest digest) {}

    /** Some of what an index lists, from a position on. */
    public List<Listed> listed(long manifestId, long from, int limit) {
        return rows.list(
                row -> new Listed(row.getLong(1), Digest.ofBytes(row.getBytes(2))),
                "select position, digest from manifest_reference where manifest_id = ? and position >= ? and kind = 'M'"
                        + " order by manifest_id, position fetch first ? rows only",
                manifestId,
                from,
                limit);
    }

    /** Writes all that a new manifest names. */
    void insert(long manifestId, Manifest manifest) {
        insert(manifestId, manifest, 0, count(manifest));
    }

    /** Goes on behind what is there, and says whether that was all. */
    boolean insertMore(long manifestId, Manifest manifest, int limit) {
        int there = rows.findId(
                        "select position + 1 from manifest_reference where manifest_id = ?"
                                + " order by manifest_id desc, position desc fetch first row only",
                        manifestId)
                .orElse(0L)
                .intValue();
        int left = Math.max(0, count(manifest) - there);
        insert(manifestId, manifest, there, there + Math.min(left, limit));
        return left <= limit;
    }

    /** Deletes the last of what a manifest names, and says whether there was anything. */
    boolean deleteLast(long manifestId, int limit) {
        Optional<Long> last = rows.findId(
                "select position from manifest_reference where manifest_id = ?"
                        + " order by manifest_id desc, position desc fetch first row only",
                manifestId);
        last.ifPresent(position -> rows.change(
                "delete from manifest_reference where manifest_id = ? and position > ?", manifestId, position - limit));
        return last.isPresent();
    }

    private void insert(long manifestId, Manifest manifest, int begin, int end) {
        for (int from = begin; from < end; from += A_BATCH) {
            jdbc.batchUpdate(
                    "insert into manifest_reference (manifest_id, position, kind, digest, size) values (?, ?, ?, ?, ?)",
                    references(manifestId, manifest, from, Math.min(end, from + A_BATCH)));
        }
    }

    private static List<Object[]> references(long manifestId, Manifest manifest, int begin, int end) {
        int blobs = manifest.blobs().size();
        List<Object[]> references = new ArrayList<>(end - begin);
        Stream.concat(manifest.blobs().stream(), manifest.children().stream())
                .skip(begin)
                .limit((long) end - begin)
                .forEachOrdered(named -> {
                    int position = begin + references.size();
                    references.add(values(manifestId, position, position < blobs ? BLOB : CHILD, named));
                });
        return references;
    }

    private static Object[] values(long manifestId, int position, char kind, Descriptor reference) {
        return new Object[] {
            manifestId, position, String.valueOf(kind), reference.digest().bytes(), reference.size()
        };
    }

    /** A manifest of a repository that names another one, or a blob. */
    public record Parent(long id, Digest digest) {}

    /** A manifest that names something, and what it is in a repository; empty where that does not have it. */
    record Naming(long id, Optional<Parent> parent) {}

    /** Some of the manifests that name a digest, whoever has them; one that does so twice is there twice. */
    List<Naming> naming(Digest part, long repositoryId, long after, int limit) {
        return rows.list(
                ReferenceTable::readNaming,
                """
                select r.manifest_id, (select m.digest from manifest m where m.id = r.manifest_id),
                  (select l.manifest_id from manifest_link l where l.repository_id = ? and l.manifest_id = r.manifest_id)
                from manifest_reference r where r.digest = ? and r.manifest_id > ?
                order by r.digest, r.manifest_id fetch first ? rows only""",
                repositoryId,
                part.bytes(),
                after,
                limit);
    }

    /** The manifests that came to a repository since then, some of them, and which of them name a digest. */
    List<Naming> cameSince(Instant then, long repositoryId, Digest part, int limit) {
        return rows.list(
                ReferenceTable::readNaming,
                """
                select l.manifest_id, (select m.digest from manifest m where m.id = l.manifest_id),
                  (select min(r.manifest_id) from manifest_reference r where r.digest = ? and r.manifest_id = l.manifest_id)
                from manifest_link l where l.repository_id = ? and l.pushed_at >= ?
                order by l.repository_id, l.pushed_at fetch first ? rows only""",
                part.bytes(),
                repositoryId,
                ColumnTime.at(then),
                limit);
    }

    /** One that is being forgotten has no digest any more, and no repository. */
    private static Naming readNaming(ResultSet row) throws SQLException {
        long id = row.getLong(1);
        return new Naming(
                id,
                row.getObject(3) == null ? Optional.empty() : Optional.of(new Parent(id, Digest.ofBytes(row.getBytes(2)))));
    }
}
