package dev.strata.registry.manifests;

import dev.strata.database.columns.ColumnTime;
import dev.strata.oci.Digest;
import dev.strata.oci.Manifest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import dev.strata.registry.Rows;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** The statements on manifests, and on those of repositories. This is where their rows are locked. */
@Component
public class ManifestTable {

    /** What refers to a subject, without the type. */
    private static final String REFERRERS = """
            select l.manifest_id, (select m.digest from manifest m where m.id = l.manifest_id), l.media_type
            from manifest_link l
            where l.repository_id = ? and l.subject = ? and l.manifest_id > ?
            """;
    private static final String REFERRERS_IN_ORDER =
            " order by l.subject, l.repository_id, l.manifest_id fetch first ? rows only";

    private final Rows rows;
    private final ReferenceTable references;

    ManifestTable(Rows rows, ReferenceTable references) {
        this.rows = rows;
        this.references = references;
    }

    /** The manifest that a tag points at. */
    public Optional<LinkedManifest> find(RepositoryName repository, String tag) {
        return rows.find(
                ManifestTable::read,
                """
                select l.manifest_id, (select m.digest from manifest m where m.id = l.manifest_id), l.media_type
                from manifest_link l
                where l.repository_id = (select r.id from repository r where r.name = ?)
                  and l.manifest_id = (
                    select t.manifest_id from tag t
                    where t.repository_id = (select r.id from repository r where r.name = ?) and t.name = ?)""",
                repository.value(),
                repository.value(),
                tag);
    }

    public Optional<LinkedManifest> find(RepositoryName repository, Digest digest) {
        return rows.find(
                ManifestTable::read,
                """
                select l.manifest_id, (select m.digest from manifest m where m.id = l.manifest_id), l.media_type
                from manifest_link l
                where l.repository_id = (select r.id from repository r where r.name = ?)
                  and l.manifest_id = (select m.id from manifest m where m.digest = ?)""",
                repository.value(),
                digest.bytes());
    }

    private static LinkedManifest read(ResultSet row) throws SQLException {
        return new LinkedManifest(row.getLong(1), Digest.ofBytes(row.getBytes(2)), MediaType.of(row.getString(3)));
    }

    /** A manifest, whether any repository has it or not. */
    public Optional<Long> findId(Digest digest) {
        return rows.findId("select id from manifest where digest = ?", (Object) digest.bytes());
    }

    Optional<Integer> size(long id) {
        return rows.find(row -> row.getInt(1), "select size from manifest where id = ?", id);
    }

    /** Absent where it has never been pushed, or its bytes were found broken. */
    Optional<byte[]> content(long id) {
        return rows.find(row -> row.getBytes(1), "select content from manifest_content where manifest_id = ?", id);
    }

    /** Deletes the bytes of a manifest; the next push of it brings them again. */
    void forgetContent(Digest digest) {
        rows.change(
                "delete from manifest_content where manifest_id = (select id from manifest where digest = ?)",
                digest.bytes());
    }

    public List<LinkedManifest> referrers(long repositoryId, Digest subject, long after, int limit) {
        return rows.list(
                ManifestTable::read, REFERRERS + REFERRERS_IN_ORDER, repositoryId, subject.bytes(), after, limit);
    }

    /** Those of one type. Types are compared without regard to their case, as elsewhere. */
    List<LinkedManifest> referrers(long repositoryId, Digest subject, MediaType artifactType, long after, int limit) {
        return rows.list(
                ManifestTable::read,
                REFERRERS + " and lower(l.artifact_type) = lower(?)" + REFERRERS_IN_ORDER,
                repositoryId,
                subject.bytes(),
                after,
                artifactType.value(),
                limit);
    }

    /** Those of the manifests that the repository has and that are about something else. */
    Set<Digest> findOthers(long repositoryId, Digest subject, Collection<Digest> digests) {
        List<byte[]> keys = digests.stream().distinct().map(Digest::bytes).toList();
        return rows
                .listIn(
                        row -> Digest.ofBytes(row.getBytes(1)),
                        """
                        select m.digest from manifest m
                        where exists (
                            select 1 from manifest_link l
                            where l.repository_id = ? and l.manifest_id = m.id
                              and (l.subject is null or l.subject <> ?))
                          and m.digest in\s""",
                        List.of(repositoryId, subject.bytes()),
                        keys)
                .stream()
                .collect(Collectors.toSet());
    }

    /**
     * A manifest comes into being with its first push, and what belongs to it. One that is large was prepared; what has no
     * content has never been pushed.
     */
    public Rows.Row lockOrCreate(Digest digest, Manifest manifest, byte[] content, Instant now) {
        Rows.Row row = lockOrCreateRow(digest, content.length, now);
        if (row.isNew()) {
            insertContent(row.id(), content);
            references.insert(row.id(), manifest);
        } else if (!hasContent(row.id())) {
            insertContent(row.id(), content);
            references.insertMore(row.id(), manifest, Integer.MAX_VALUE);
            return new Rows.Row(row.id(), true);
        }
        return row;
    }

    /** Writes some more of what a manifest names that is to be pushed. */
    public Prepared prepare(Digest digest, Manifest manifest, int size, int limit, Instant now) {
        Rows.Row row = lockOrCreateRow(digest, size, now);
        return new Prepared(row, references.insertMore(row.id(), manifest, limit));
    }

    /** @param isWhole whether all is written that the manifest names */
    public record Prepared(Rows.Row row, boolean isWhole) {}

    /** The lock keeps the row until the transaction ends, and others from writing what belongs to it. */
    private Rows.Row lockOrCreateRow(Digest digest, int size, Instant now) {
        byte[] key = digest.bytes();
        return rows.findOrInsert(
                "select id from manifest where digest = ? for update",
                key,
                "insert into manifest (digest, size, stored_at) values (?, ?, ?) on conflict do nothing",
                key,
                size,
                ColumnTime.at(now));
    }

    private boolean hasContent(long id) {
        return rows.findId("select manifest_id from manifest_content where manifest_id = ?", id)
                .isPresent();
    }

    private void insertContent(long id, byte[] content) {
        rows.change("insert into manifest_content (manifest_id, content) values (?, ?)", id, content);
    }

    /** Takes the lock of a manifest's row, and says whether there is one. */
    boolean lock(long manifestId) {
        return rows.findId("select id from manifest where id = ? for update", manifestId).isPresent();
    }

    /** Nobody finds a manifest any more by its digest; a push of it makes another row. */
    void hide(long manifestId) {
        rows.change("update manifest set digest = ? where id = ?", hidden(manifestId), manifestId);
    }

    boolean isHidden(long manifestId) {
        return rows.findId("select id from manifest where id = ? and digest = ?", manifestId, hidden(manifestId))
                .isPresent();
    }

    /** Shorter than any digest. */
    private static byte[] hidden(long manifestId) {
        return ByteBuffer.allocate(Long.BYTES).putLong(manifestId).array();
    }

    /** Deletes a manifest of which nothing is left but its content. */
    void delete(long manifestId) {
        rows.change("delete from manifest_content where manifest_id = ?", manifestId);
        rows.change("delete from manifest where id = ?", manifestId);
    }
}
