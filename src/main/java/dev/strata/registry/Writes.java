package dev.strata.registry;

import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.Manifest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import dev.strata.storage.StoredBlob;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.jdbc.core.BatchPreparedStatementSetter;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * The statements of each push and deletion, asked as directly as those of {@link Lookups}: a manifest takes ten of
 * them. They run in their caller's transaction.
 *
 * <p>Whatever may be there is looked for, and locked, before it is inserted. An insert that meets a row makes H2 take a
 * part of the transaction back, and from then on everyone who waits for a lock of this transaction asks again and again
 * without a pause and without an end, until no processor is left for the one that they wait for.
 */
@Component
class Writes {

    private static final char BLOB = 'B';
    private static final char CHILD = 'M';
    /** Well below the parameters that any database takes in one statement. */
    private static final int DIGESTS_A_QUERY = 1_024;

    private final JdbcTemplate jdbc;

    Writes(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** The repository's id; it comes into being with the first content that is linked to it. */
    long repository(RepositoryName name) {
        return find("select id from repository where name = ?", name.value()).orElseGet(() -> {
            jdbc.update("insert into repository (name) values (?) on conflict do nothing", name.value());
            return find("select id from repository where name = ?", name.value()).orElseThrow();
        });
    }

    /** A row's id, and whether the row has just come into being. */
    record Row(long id, boolean isNew) {}

    /** The blob's row; it comes into being with its first push. */
    Row blob(StoredBlob blob, Instant now) {
        byte[] digest = blob.digest().bytes();
        Optional<Long> found = find("select id from blob where digest = ?", (Object) digest);
        if (found.isPresent()) {
            return new Row(found.get(), false);
        }
        boolean inserted = jdbc.update(
                        "insert into blob (digest, size, location, stored_at) values (?, ?, ?, ?) on conflict do nothing",
                        digest,
                        blob.size(),
                        blob.location(),
                        at(now))
                > 0;
        return new Row(find("select id from blob where digest = ?", (Object) digest).orElseThrow(), inserted);
    }

    /** Links a blob to a repository, and says whether it was not linked before. */
    boolean linkBlob(long repositoryId, long blobId, Instant now) {
        return jdbc.update(
                        "insert into blob_link (repository_id, blob_id, linked_at) values (?, ?, ?)"
                                + " on conflict do nothing",
                        repositoryId,
                        blobId,
                        at(now))
                > 0;
    }

    /** Takes the lock of a link, so that no deletion comes between this and the commit, and says whether it is there. */
    boolean lockBlobLink(long repositoryId, long blobId) {
        return jdbc.update(
                        "update blob_link set linked_at = linked_at where repository_id = ? and blob_id = ?",
                        repositoryId,
                        blobId)
                > 0;
    }

    /** Says whether it was linked. */
    boolean unlinkBlob(long repositoryId, long blobId) {
        return jdbc.update("delete from blob_link where repository_id = ? and blob_id = ?", repositoryId, blobId) > 0;
    }

    /** Those of the blobs that the repository has. */
    Map<Digest, StoredBlob> blobs(long repositoryId, Collection<Digest> digests) {
        List<Digest> distinct = digests.stream().distinct().toList();
        Map<Digest, StoredBlob> blobs = new HashMap<>();
        for (int i = 0; i < distinct.size(); i += DIGESTS_A_QUERY) {
            readBlobs(repositoryId, distinct.subList(i, Math.min(distinct.size(), i + DIGESTS_A_QUERY)), blobs);
        }
        return blobs;
    }

    private void readBlobs(long repositoryId, List<Digest> digests, Map<Digest, StoredBlob> blobs) {
        // Padded with its last to a power of two, so that there are few statements to prepare.
        int places = Integer.highestOneBit(Math.max(1, digests.size() - 1)) * 2;
        List<Object> parameters = new ArrayList<>(places + 1);
        parameters.add(repositoryId);
        for (int i = 0; i < places; i++) {
            parameters.add(digests.get(Math.min(i, digests.size() - 1)).bytes());
        }
        jdbc.query(
                "select b.digest, b.size, b.location from blob b where exists"
                        + " (select 1 from blob_link l where l.repository_id = ? and l.blob_id = b.id)"
                        + " and b.digest in (" + String.join(", ", Collections.nCopies(places, "?")) + ")",
                row -> {
                    Digest digest = Digest.ofBytes(row.getBytes(1));
                    blobs.put(digest, new StoredBlob(digest, row.getLong(2), row.getString(3)));
                },
                parameters.toArray());
    }

    /** The manifest's row; it comes into being with its first push, and what belongs to it. */
    Row manifest(Digest digest, Manifest manifest, byte[] content, Instant now) {
        byte[] bytes = digest.bytes();
        Optional<Long> found = find("select id from manifest where digest = ?", (Object) bytes);
        if (found.isPresent()) {
            return new Row(found.get(), false);
        }
        boolean inserted = jdbc.update(
                        "insert into manifest (digest, size, stored_at) values (?, ?, ?) on conflict do nothing",
                        bytes,
                        content.length,
                        at(now))
                > 0;
        long id = find("select id from manifest where digest = ?", (Object) bytes).orElseThrow();
        if (inserted) {
            jdbc.update("insert into manifest_content (manifest_id, content) values (?, ?)", id, content);
            insertReferences(id, manifest);
        }
        return new Row(id, inserted);
    }

    private void insertReferences(long manifestId, Manifest manifest) {
        List<Descriptor> references = new ArrayList<>(manifest.blobs());
        int blobs = references.size();
        references.addAll(manifest.children());
        jdbc.batchUpdate(
                "insert into manifest_reference (manifest_id, position, kind, digest, size) values (?, ?, ?, ?, ?)",
                new BatchPreparedStatementSetter() {
                    @Override
                    public void setValues(PreparedStatement row, int position) throws SQLException {
                        Descriptor reference = references.get(position);
                        row.setLong(1, manifestId);
                        row.setInt(2, position);
                        row.setString(3, String.valueOf(position < blobs ? BLOB : CHILD));
                        row.setBytes(4, reference.digest().bytes());
                        row.setLong(5, reference.size());
                    }

                    @Override
                    public int getBatchSize() {
                        return references.size();
                    }
                });
    }

    /** Links a manifest to a repository, and says whether it was not linked before. */
    boolean linkManifest(long repositoryId, long manifestId, Manifest manifest, Instant now) {
        return jdbc.update(
                        "insert into manifest_link"
                                + " (repository_id, manifest_id, media_type, artifact_type, subject, pushed_at)"
                                + " values (?, ?, ?, ?, ?, ?) on conflict do nothing",
                        repositoryId,
                        manifestId,
                        manifest.mediaType().value(),
                        manifest.artifactType().map(MediaType::value).orElse(null),
                        manifest.subject().map(Digest::bytes).orElse(null),
                        at(now))
                > 0;
    }

    /** Says whether it was linked. */
    boolean unlinkManifest(long repositoryId, long manifestId) {
        return jdbc.update(
                        "delete from manifest_link where repository_id = ? and manifest_id = ?", repositoryId, manifestId)
                > 0;
    }

    /** Takes the lock of a manifest's link, and says whether it is there. */
    boolean relinkManifest(long repositoryId, long manifestId, MediaType mediaType) {
        return jdbc.update(
                        "update manifest_link set media_type = ? where repository_id = ? and manifest_id = ?",
                        mediaType.value(),
                        repositoryId,
                        manifestId)
                > 0;
    }

    /** Says whether there was none of this name. */
    boolean insertTag(long repositoryId, String name, long manifestId, Instant now) {
        return jdbc.update(
                        "insert into tag (repository_id, name, manifest_id, updated_at) values (?, ?, ?, ?)"
                                + " on conflict do nothing",
                        repositoryId,
                        name,
                        manifestId,
                        at(now))
                > 0;
    }

    /** Takes a tag's lock, and returns the manifest that it points at. */
    OptionalLong lockTag(long repositoryId, String name) {
        return find("select manifest_id from tag where repository_id = ? and name = ? for update", repositoryId, name)
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    /** Takes the locks of a manifest's tags, in the order in which everyone takes them, and returns their names. */
    List<String> lockTagsOf(long repositoryId, long manifestId) {
        return jdbc.queryForList(
                "select name from tag where repository_id = ? and manifest_id = ?"
                        + " order by name for update",
                String.class,
                repositoryId,
                manifestId);
    }

    /** Points a tag at another manifest. */
    void moveTag(long repositoryId, String name, long manifestId, Instant now) {
        jdbc.update(
                "update tag set manifest_id = ?, updated_at = ? where repository_id = ? and name = ?",
                manifestId,
                at(now),
                repositoryId,
                name);
    }

    void deleteTag(long repositoryId, String name) {
        jdbc.update("delete from tag where repository_id = ? and name = ?", repositoryId, name);
    }

    /** The set of the repository's tags is another one. */
    void countTagChange(long repositoryId) {
        jdbc.update("update repository set tag_revision = tag_revision + 1 where id = ?", repositoryId);
    }

    private static OffsetDateTime at(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }

    private Optional<Long> find(String sql, Object... keys) {
        return jdbc.query(sql, row -> row.next() ? Optional.of(row.getLong(1)) : Optional.empty(), keys);
    }
}
