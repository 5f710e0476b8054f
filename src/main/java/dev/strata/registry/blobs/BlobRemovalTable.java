package dev.strata.registry.blobs;

import dev.strata.database.columns.ColumnTime;
import dev.strata.oci.Digest;
import dev.strata.registry.Rows;
import dev.strata.storage.StoredBlob;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;

/** The statements on blobs whose bytes are to go. */
@Component
class BlobRemovalTable {

    private final Rows rows;

    BlobRemovalTable(Rows rows) {
        this.rows = rows;
    }

    /** A blob that had a row, or none with the id 0. */
    record Removal(long blobId, StoredBlob blob) {}

    void add(Removal removal, Instant dueAt) {
        rows.change(
                "insert into blob_removal (digest, blob_id, size, location, due_at) values (?, ?, ?, ?, ?)"
                        + " on conflict do nothing",
                removal.blob().digest().bytes(),
                removal.blobId(),
                removal.blob().size(),
                removal.blob().location(),
                ColumnTime.at(dueAt));
    }

    /** Some that are due, in the order of their digests: those that lie together go together. */
    List<Removal> due(Instant now, int limit) {
        return rows.list(
                row -> new Removal(
                        row.getLong(2),
                        new StoredBlob(Digest.ofBytes(row.getBytes(1)), row.getLong(3), row.getString(4))),
                "select digest, blob_id, size, location from blob_removal where due_at <= ?"
                        + " order by digest, blob_id fetch first ? rows only",
                ColumnTime.at(now),
                limit);
    }

    boolean isAny() {
        return rows.findId("select blob_id from blob_removal fetch first row only").isPresent();
    }

    void postpone(Removal removal, Instant dueAt) {
        rows.change(
                "update blob_removal set due_at = ? where digest = ? and blob_id = ? and location = ?",
                ColumnTime.at(dueAt),
                removal.blob().digest().bytes(),
                removal.blobId(),
                removal.blob().location());
    }

    /** Says whether it was there. */
    boolean delete(Removal removal) {
        return rows.change(
                "delete from blob_removal where digest = ? and blob_id = ? and location = ?",
                removal.blob().digest().bytes(),
                removal.blobId(),
                removal.blob().location());
    }
}
