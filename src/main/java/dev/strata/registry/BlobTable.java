package dev.strata.registry;

import dev.strata.database.ColumnTime;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.storage.StoredBlob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** The statements on blobs, and on which repository has them. This is where their rows are locked. */
@Component
class BlobTable {

    private final Rows rows;

    BlobTable(Rows rows) {
        this.rows = rows;
    }

    /** A blob that the repository has. */
    Optional<StoredBlob> find(RepositoryName repository, Digest digest) {
        return rows.find(
                BlobTable::read,
                """
                select b.digest, b.size, b.location from blob b
                where exists (
                    select 1 from blob_link l
                    where l.repository_id = (select r.id from repository r where r.name = ?) and l.blob_id = b.id)
                  and b.digest = ?""",
                repository.value(),
                digest.bytes());
    }

    /** A blob that some repository has. */
    Optional<StoredBlob> findLinkedAnywhere(Digest digest) {
        return rows.find(
                BlobTable::read,
                """
                select b.digest, b.size, b.location from blob b
                where b.digest = ? and exists (select 1 from blob_link l where l.blob_id = b.id)""",
                digest.bytes());
    }

    /** The names of some repositories that have it. */
    List<String> someThatHave(Digest digest) {
        return rows.list(
                row -> row.getString(1),
                """
                select r.name from repository r where r.id in (
                  select l.repository_id from blob_link l
                  where l.blob_id = (select b.id from blob b where b.digest = ?)
                  order by l.blob_id, l.repository_id fetch first 100 rows only)""",
                digest.bytes());
    }

    /** Those of the blobs that the repository has. */
    Map<Digest, StoredBlob> findAll(long repositoryId, Collection<Digest> digests) {
        List<byte[]> keys = digests.stream().distinct().map(Digest::bytes).toList();
        return rows
                .listIn(
                        BlobTable::read,
                        """
                        select b.digest, b.size, b.location from blob b
                        where exists (select 1 from blob_link l where l.repository_id = ? and l.blob_id = b.id)
                          and b.digest in\s""",
                        List.of(repositoryId),
                        keys)
                .stream()
                .collect(Collectors.toMap(StoredBlob::digest, Function.identity()));
    }

    private static StoredBlob read(ResultSet row) throws SQLException {
        return new StoredBlob(Digest.ofBytes(row.getBytes(1)), row.getLong(2), row.getString(3));
    }

    /** A blob comes into being with its first push. */
    Rows.Row findOrCreate(StoredBlob blob, Instant now) {
        byte[] digest = blob.digest().bytes();
        return rows.findOrInsert(
                "select id from blob where digest = ?",
                digest,
                "insert into blob (digest, size, location, stored_at) values (?, ?, ?, ?) on conflict do nothing",
                digest,
                blob.size(),
                blob.location(),
                ColumnTime.at(now));
    }

    /** A blob's row. */
    record Found(long id, long size) {}

    Optional<Found> find(Digest digest) {
        return rows.find(
                row -> new Found(row.getLong(1), row.getLong(2)),
                "select id, size from blob where digest = ?",
                digest.bytes());
    }

    /** Takes the lock of a link, so that no deletion comes between this and the commit, and says whether it is there. */
    boolean lockLink(long repositoryId, long blobId) {
        return rows.findId(
                        "select blob_id from blob_link where repository_id = ? and blob_id = ? for update",
                        repositoryId,
                        blobId)
                .isPresent();
    }

    /** Says whether it was not linked before. */
    boolean link(long repositoryId, long blobId, Instant now) {
        return rows.change(
                "insert into blob_link (repository_id, blob_id, linked_at) values (?, ?, ?) on conflict do nothing",
                repositoryId,
                blobId,
                ColumnTime.at(now));
    }

    /** Says whether it was linked. */
    boolean unlink(long repositoryId, long blobId) {
        return rows.change("delete from blob_link where repository_id = ? and blob_id = ?", repositoryId, blobId);
    }
}
