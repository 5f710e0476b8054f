package dev.strata.registry.blobs;

import dev.strata.database.columns.ColumnTime;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.registry.Rows;
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

    private static final String LOCK = "select id from blob where digest = ? for update";

    private final Rows rows;

    BlobTable(Rows rows) {
        this.rows = rows;
    }

    /** A blob that the repository has. */
    Optional<LinkedBlob> find(RepositoryName repository, Digest digest) {
        return rows.find(
                        BlobTable::readLinked,
                        """
                        select b.digest, b.size, b.location, b.id, (
                            select l.promised_at from blob_link l
                            where l.repository_id = (select r.id from repository r where r.name = ?) and l.blob_id = b.id)
                        from blob b where b.digest = ? and not b.lost""",
                        repository.value(),
                        digest.bytes())
                .flatMap(Function.identity());
    }

    /** A blob that some repository has. */
    Optional<StoredBlob> findLinkedAnywhere(Digest digest) {
        return rows.find(
                BlobTable::read,
                """
                select b.digest, b.size, b.location from blob b
                where b.digest = ? and not b.lost and exists (select 1 from blob_link l where l.blob_id = b.id)""",
                digest.bytes());
    }

    /** A blob, whether any repository has it or not. */
    Optional<StoredBlob> findStored(Digest digest) {
        return rows.find(
                BlobTable::read, "select digest, size, location from blob where digest = ?", (Object) digest.bytes());
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
    Map<Digest, LinkedBlob> findAll(long repositoryId, Collection<Digest> digests) {
        List<byte[]> keys = digests.stream().distinct().map(Digest::bytes).toList();
        return rows
                .listIn(
                        BlobTable::readLinked,
                        """
                        select b.digest, b.size, b.location, b.id, (
                            select l.promised_at from blob_link l where l.repository_id = ? and l.blob_id = b.id)
                        from blob b where not b.lost and b.digest in\s""",
                        List.of(repositoryId),
                        keys)
                .stream()
                .flatMap(Optional::stream)
                .collect(Collectors.toMap(blob -> blob.stored().digest(), Function.identity()));
    }

    /** Empty where the repository does not have the blob of the row. */
    private static Optional<LinkedBlob> readLinked(ResultSet row) throws SQLException {
        return ColumnTime.find(row, 5).isPresent()
                ? Optional.of(new LinkedBlob(row.getLong(4), read(row), ColumnTime.read(row, 5)))
                : Optional.empty();
    }

    /** Whether a blob's bytes are there. */
    boolean isAt(String location) {
        return rows.find(row -> true, "select 1 from blob where location = ?", location).isPresent();
    }

    private static StoredBlob read(ResultSet row) throws SQLException {
        return new StoredBlob(Digest.ofBytes(row.getBytes(1)), row.getLong(2), row.getString(3));
    }

    /** A blob comes into being with its first push. Its row is locked: it stays until the transaction ends. */
    Rows.Row lockOrCreate(StoredBlob blob, Instant now) {
        byte[] digest = blob.digest().bytes();
        return rows.findOrInsert(
                LOCK,
                digest,
                "insert into blob (digest, size, location, stored_at) values (?, ?, ?, ?) on conflict do nothing",
                digest,
                blob.size(),
                blob.location(),
                ColumnTime.at(now));
    }

    /** Takes the lock of a blob's row, so that it stays until the transaction ends; empty where there is none. */
    Optional<Rows.Row> lock(Digest digest) {
        return rows.findId(LOCK, digest.bytes()).map(id -> new Rows.Row(id, false));
    }

    /**
     * A blob's row.
     *
     * @param isLost whether its bytes were found missing or broken
     */
    record Found(long id, StoredBlob stored, boolean isLost) {

        boolean hasBytesOf(StoredBlob blob) {
            return !isLost && stored.location().equals(blob.location());
        }
    }

    Optional<Found> find(Digest digest) {
        return rows.find(
                row -> new Found(row.getLong(4), read(row), row.getBoolean(5)),
                "select digest, size, location, id, lost from blob where digest = ?",
                digest.bytes());
    }

    /** Notes that the bytes of a blob are missing or broken, unless others took their place; says whether that is news. */
    boolean lose(StoredBlob blob) {
        return rows.change(
                "update blob set lost = true where digest = ? and location = ? and not lost",
                blob.digest().bytes(),
                blob.location());
    }

    /** From now on these are the bytes of the blob, whose row is locked. */
    void replace(long blobId, StoredBlob blob) {
        rows.change("update blob set location = ?, lost = false where id = ?", blob.location(), blobId);
    }

    /** Promises anew that the repository has a blob, and says whether it has. The link is locked with it. */
    boolean renew(long repositoryId, long blobId, Instant now) {
        return rows.change(
                "update blob_link set promised_at = ? where repository_id = ? and blob_id = ?",
                ColumnTime.at(now),
                repositoryId,
                blobId);
    }

    /** The same, where it was not promised later. */
    void renewAgain(long repositoryId, long blobId, Instant then) {
        rows.change(
                "update blob_link set promised_at = ? where repository_id = ? and blob_id = ? and promised_at < ?",
                ColumnTime.at(then),
                repositoryId,
                blobId,
                ColumnTime.at(then));
    }

    /** Links a blob whose row is locked, and says whether it was not linked before. */
    boolean link(long repositoryId, long blobId, Instant now) {
        return rows.change(
                "insert into blob_link (repository_id, blob_id, promised_at) values (?, ?, ?) on conflict do nothing",
                repositoryId,
                blobId,
                ColumnTime.at(now));
    }

    /** Takes the lock of a link, and says when it was promised last; empty where there is none. */
    Optional<Instant> lockLink(long repositoryId, long blobId) {
        return rows.find(
                row -> ColumnTime.read(row, 1),
                "select promised_at from blob_link where repository_id = ? and blob_id = ? for update",
                repositoryId,
                blobId);
    }

    /** Whether any repository has a blob. */
    boolean isLinked(long blobId) {
        return rows.findId("select repository_id from blob_link where blob_id = ? fetch first row only", blobId)
                .isPresent();
    }

    /** The blob of a row that a link keeps. */
    StoredBlob get(long blobId) {
        return rows.find(BlobTable::read, "select digest, size, location from blob where id = ?", blobId)
                .orElseThrow();
    }

    /** Takes the lock of a blob's row; empty where there is none. */
    Optional<StoredBlob> lock(long blobId) {
        return rows.find(BlobTable::read, "select digest, size, location from blob where id = ? for update", blobId);
    }

    void delete(long blobId) {
        rows.change("delete from blob where id = ?", blobId);
    }

    /** Says whether it was linked. */
    boolean unlink(long repositoryId, long blobId) {
        return rows.change("delete from blob_link where repository_id = ? and blob_id = ?", repositoryId, blobId);
    }
}
