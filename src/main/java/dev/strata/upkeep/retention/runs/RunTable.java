package dev.strata.upkeep.retention.runs;

import static dev.strata.database.columns.ColumnTime.at;

import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The statements of runs on the images of their plans, and on what has changed since. */
@Component
class RunTable {

    /** In bytes, of any digest. A manifest that is being forgotten has none. */
    private static final int SHORTEST_DIGEST = 32;

    private final JdbcTemplate jdbc;

    RunTable(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    static final String DELETED = "D";
    static final String STAYED = "S";
    static final String POSTPONED = "P";

    /**
     * An image that goes.
     *
     * @param isOpen whether it is not done with
     * @param isGone whether it went
     */
    record Going(
            long planId,
            long id,
            long repositoryId,
            RepositoryName repository,
            long manifestId,
            Digest digest,
            long bytes,
            boolean isOpen,
            boolean isGone) {}

    /** What belongs to an image and moves with it. */
    record Part(long id, long manifestId, Optional<Digest> digest) {}

    /** Some of those that go. */
    List<Going> going(long planId, long after, int limit) {
        return jdbc.query(
                "select i.id, i.repository_id, (select r.name from retention_repository r where r.plan_id = i.plan_id"
                        + " and r.repository_id = i.repository_id), i.manifest_id, i.digest, i.bytes, i.outcome"
                        + " from retention_image i where i.plan_id = ? and i.decision = 'R' and i.id > ?"
                        + " order by i.plan_id, i.decision, i.id limit ?",
                (row, n) -> new Going(
                        planId,
                        row.getLong(1),
                        row.getLong(2),
                        RepositoryName.of(row.getString(3)),
                        row.getLong(4),
                        Digest.ofBytes(row.getBytes(5)),
                        row.getLong(6),
                        row.getString(7) == null || row.getString(7).equals(POSTPONED),
                        DELETED.equals(row.getString(7))),
                planId,
                after,
                limit);
    }

    void setOutcome(long imageId, String outcome, String reason) {
        jdbc.update("update retention_image set outcome = ?, outcome_reason = ? where id = ?", outcome, reason, imageId);
    }

    /** Some of them, without those that are forgotten. */
    List<Part> parts(long imageId, long after, int limit) {
        return jdbc.query(
                "select p.id, p.manifest_id, (select m.digest from manifest m where m.id = p.manifest_id)"
                        + " from retention_member p where p.image_id = ? and p.kind <> 'T' and p.id > ?"
                        + " order by p.image_id, p.id limit ?",
                (row, n) -> {
                    byte[] digest = row.getBytes(3);
                    return new Part(
                            row.getLong(1),
                            row.getLong(2),
                            digest == null || digest.length < SHORTEST_DIGEST
                                    ? Optional.empty()
                                    : Optional.of(Digest.ofBytes(digest)));
                },
                imageId,
                after,
                limit);
    }

    // Of one manifest at a time: for a list of them H2 reads all rows of the repository.

    /** Whether a manifest got a tag since then. */
    boolean isTagged(long repositoryId, long manifestId, Instant since) {
        return exists(
                "select name from tag where repository_id = ? and manifest_id = ? and updated_at >= ? limit 1",
                repositoryId,
                manifestId,
                since);
    }

    boolean isPulledOrPushed(long repositoryId, long manifestId, Instant since) {
        return exists(
                        "select manifest_id from manifest_use where repository_id = ? and manifest_id = ? and pulled_at >= ?",
                        repositoryId,
                        manifestId,
                        since)
                || exists(
                        "select manifest_id from manifest_use where repository_id = ? and manifest_id = ? and pushed_at >= ?",
                        repositoryId,
                        manifestId,
                        since);
    }

    /** Whether a manifest was deleted and pushed anew. */
    boolean isNew(long repositoryId, long manifestId, Instant since) {
        return exists(
                "select manifest_id from manifest_link where repository_id = ? and manifest_id = ? and pushed_at >= ?",
                repositoryId,
                manifestId,
                since);
    }

    /** Whether something came since then that is about a manifest. */
    boolean isFollowed(long repositoryId, Digest digest, Instant since) {
        return exists(
                "select manifest_id from manifest_link where repository_id = ? and subject = ? and pushed_at >= ? limit 1",
                repositoryId,
                digest.bytes(),
                since);
    }

    private boolean exists(String query, long repositoryId, Object key, Instant since) {
        return !jdbc.queryForList(query, Object.class, repositoryId, key, at(since)).isEmpty();
    }

    /** Whether the repository has what a manifest is about. */
    boolean hasSubject(long repositoryId, long manifestId) {
        return !jdbc.queryForList(
                        "select s.manifest_id from manifest_link s where s.repository_id = ? and s.manifest_id ="
                                + " (select m.id from manifest m where m.digest = (select l.subject from manifest_link l"
                                + " where l.repository_id = ? and l.manifest_id = ?))",
                        Long.class,
                        repositoryId,
                        repositoryId,
                        manifestId)
                .isEmpty();
    }

    /** Whether a run's own deletion took it. */
    boolean isInBin(long repositoryId, long manifestId, String deletion) {
        return !jdbc.queryForList(
                        "select id from bin_item where kind = 'M' and repository_id = ? and object_id = ? and deletion = ?",
                        Long.class,
                        repositoryId,
                        manifestId,
                        deletion)
                .isEmpty();
    }
}
