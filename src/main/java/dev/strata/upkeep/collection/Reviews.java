package dev.strata.upkeep.collection;

import static dev.strata.database.columns.ColumnTime.at;

import java.sql.ResultSet;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * What is to be looked at, and when. Each link of a blob is noted here unless something else than a promise holds it; and
 * what holds it notes it when it ends.
 */
@Component
class Reviews {

    private final JdbcTemplate jdbc;

    Reviews(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** A blob in a repository that is due. */
    record Link(long id, long repositoryId, long blobId) {}

    /**
     * A blob that is due, wherever it is.
     *
     * @param isLinked whether any repository has it now
     */
    record Blob(long id, long blobId, boolean isLinked) {}

    void addLink(long repositoryId, long blobId, Instant dueAt) {
        jdbc.update(
                "insert into blob_review (kind, repository_id, blob_id, due_at) values ('L', ?, ?, ?)",
                repositoryId,
                blobId,
                at(dueAt));
    }

    void addBlob(long blobId, Instant dueAt) {
        jdbc.update(
                "insert into blob_review (kind, repository_id, blob_id, due_at) values ('B', 0, ?, ?)", blobId, at(dueAt));
    }

    /** Links that are due, the longest first. */
    List<Link> dueLinks(Instant now, int limit) {
        return jdbc.query(
                "select id, repository_id, blob_id from blob_review where kind = 'L' and due_at <= ?"
                        + " order by kind, due_at, id limit ?",
                (ResultSet row, int number) -> new Link(row.getLong(1), row.getLong(2), row.getLong(3)),
                at(now),
                limit);
    }

    /** Blobs that are due, the longest first. */
    List<Blob> dueBlobs(Instant now, int limit) {
        return jdbc.query(
                "select r.id, r.blob_id, exists (select 1 from blob_link l where l.blob_id = r.blob_id) from blob_review r"
                        + " where r.kind = 'B' and r.due_at <= ? order by r.kind, r.due_at, r.id limit ?",
                (ResultSet row, int number) -> new Blob(row.getLong(1), row.getLong(2), row.getBoolean(3)),
                at(now),
                limit);
    }

    void delete(Collection<Long> ids) {
        jdbc.batchUpdate(
                "delete from blob_review where id = ?",
                ids.stream().map(id -> new Object[] {id}).toList());
    }
}
