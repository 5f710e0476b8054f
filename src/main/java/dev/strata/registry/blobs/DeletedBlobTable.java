package dev.strata.registry.blobs;

import dev.strata.database.columns.ColumnTime;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.registry.Rows;
import java.time.Instant;
import org.springframework.stereotype.Component;

/** Which blobs somebody deleted from which repository lately. */
@Component
class DeletedBlobTable {

    private final Rows rows;

    DeletedBlobTable(Rows rows) {
        this.rows = rows;
    }

    /** Notes a deletion. The repository is locked. */
    void note(long repositoryId, long blobId, Instant now) {
        if (!rows.change(
                "update deleted_blob set deleted_at = ? where repository_id = ? and blob_id = ?",
                ColumnTime.at(now),
                repositoryId,
                blobId)) {
            rows.change(
                    "insert into deleted_blob (repository_id, blob_id, deleted_at) values (?, ?, ?) on conflict do nothing",
                    repositoryId,
                    blobId,
                    ColumnTime.at(now));
        }
    }

    /** Whether a blob was deleted from a repository after a time, whatever came later. */
    boolean isDeletedSince(RepositoryName repository, Digest digest, Instant time) {
        return rows.findId(
                        """
                        select d.blob_id from deleted_blob d
                        where d.repository_id = (select r.id from repository r where r.name = ?)
                          and d.blob_id = (select b.id from blob b where b.digest = ?) and d.deleted_at > ?""",
                        repository.value(),
                        digest.bytes(),
                        ColumnTime.at(time))
                .isPresent();
    }

    /** Forgets some deletions that are older, and says whether there may be more. */
    boolean forget(Instant time, int most) {
        record Place(long repositoryId, long blobId) {}
        var old = rows.list(
                row -> new Place(row.getLong(1), row.getLong(2)),
                "select repository_id, blob_id from deleted_blob where deleted_at <= ?"
                        + " order by deleted_at fetch first ? rows only",
                ColumnTime.at(time),
                most);
        old.forEach(place -> rows.change(
                "delete from deleted_blob where repository_id = ? and blob_id = ? and deleted_at <= ?",
                place.repositoryId(),
                place.blobId(),
                ColumnTime.at(time)));
        return old.size() == most;
    }
}
