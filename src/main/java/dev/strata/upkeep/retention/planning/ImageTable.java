package dev.strata.upkeep.retention.planning;

import dev.strata.database.columns.ColumnCode;
import dev.strata.database.columns.ColumnText;
import dev.strata.database.columns.ColumnTime;
import dev.strata.upkeep.retention.planning.PlannedManifests.Linked;
import dev.strata.upkeep.retention.plans.Verdict;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The statements on images of plans, and on what belongs to them. */
@Component
class ImageTable {

    private static final int REASON_WIDTH = 500;
    private static final String SELECT = "select id, repository_id, manifest_id, temporary, in_use, pushed_order, used_order,"
            + " pulled_at, untagged_at from retention_image";

    private final JdbcTemplate jdbc;

    ImageTable(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    void insert(long planId, long repositoryId, Linked manifest) {
        jdbc.update(
                "insert into retention_image (plan_id, repository_id, manifest_id, digest, tags, temporary, in_use,"
                        + " pushed_order, used_order, decision, reason) values (?, ?, ?, ?, '', ?, false, ?, ?, 'O', '')",
                planId,
                repositoryId,
                manifest.id(),
                manifest.digest().bytes(),
                manifest.temporary(),
                -manifest.pushedMicros(),
                -manifest.pushedMicros());
    }

    void insertRepository(long planId, long repositoryId, String name) {
        jdbc.update(
                "insert into retention_repository (plan_id, repository_id, name, images, removals, stopped, counts)"
                        + " values (?, ?, ?, 0, 0, false, '')",
                planId,
                repositoryId,
                name);
    }

    String counts(long planId, long repositoryId) {
        return jdbc.queryForList(
                        "select counts from retention_repository where plan_id = ? and repository_id = ?",
                        String.class,
                        planId,
                        repositoryId)
                .getFirst();
    }

    void setCounts(long planId, long repositoryId, String counts) {
        jdbc.update(
                "update retention_repository set counts = ? where plan_id = ? and repository_id = ?",
                counts,
                planId,
                repositoryId);
    }

    void endRepository(long planId, long repositoryId, long images, long removals, boolean stopped) {
        jdbc.update(
                "update retention_repository set images = ?, removals = ?, stopped = ?, counts = ''"
                        + " where plan_id = ? and repository_id = ?",
                images,
                removals,
                stopped,
                planId,
                repositoryId);
    }

    /** The next image of a repository, in the order in which they were found. */
    Optional<PlannedImage> next(long planId, long repositoryId, long after) {
        return jdbc
                .query(
                        SELECT + " where plan_id = ? and repository_id = ? and decision = 'O' and id > ?"
                                + " order by plan_id, repository_id, decision, id limit 1",
                        (row, n) -> read(row),
                        planId,
                        repositoryId,
                        after)
                .stream()
                .findFirst();
    }

    Optional<PlannedImage> find(long id) {
        return jdbc.query(SELECT + " where id = ?", (row, n) -> read(row), id).stream().findFirst();
    }

    /** What was pushed last comes first. */
    List<PlannedImage> byPush(long planId, long repositoryId, long order, long after, int limit) {
        return jdbc.query(
                SELECT + " where plan_id = ? and repository_id = ? and pushed_order >= ? and (pushed_order > ? or id > ?)"
                        + " order by plan_id, repository_id, pushed_order, id limit ?",
                (row, n) -> read(row),
                planId,
                repositoryId,
                order,
                order,
                after,
                limit);
    }

    /** What was used last comes first, of those of which this was decided. */
    List<PlannedImage> byUse(long planId, long repositoryId, Verdict.Kind kind, long order, long after, int limit) {
        return jdbc.query(
                SELECT + " where plan_id = ? and repository_id = ? and decision = ? and used_order >= ?"
                        + " and (used_order > ? or id > ?)"
                        + " order by plan_id, repository_id, decision, used_order, id limit ?",
                (row, n) -> read(row),
                planId,
                repositoryId,
                kind.column(),
                order,
                order,
                after,
                limit);
    }

    /** Some of which this was decided, of the whole plan. */
    List<PlannedImage> decided(long planId, Verdict.Kind kind, long after, int limit) {
        return jdbc.query(
                SELECT + " where plan_id = ? and decision = ? and id > ? order by plan_id, decision, id limit ?",
                (row, n) -> read(row),
                planId,
                kind.column(),
                after,
                limit);
    }

    record Decided(long manifestId, Verdict.Kind kind) {}

    /** Some of a repository, in the order of their manifests. */
    List<Decided> decided(long planId, long repositoryId, long after, int limit) {
        return jdbc.query(
                "select manifest_id, decision from retention_image where plan_id = ? and repository_id = ?"
                        + " and manifest_id > ? order by plan_id, repository_id, manifest_id limit ?",
                (row, n) -> new Decided(row.getLong(1), kind(row.getString(2))),
                planId,
                repositoryId,
                after,
                limit);
    }

    List<Long> decidedIn(long planId, long repositoryId, Verdict.Kind kind, long after, int limit) {
        return jdbc.queryForList(
                "select id from retention_image where plan_id = ? and repository_id = ? and decision = ? and id > ?"
                        + " order by plan_id, repository_id, decision, id limit ?",
                Long.class,
                planId,
                repositoryId,
                kind.column(),
                after,
                limit);
    }

    /** Whether a manifest is an image of the plan itself. */
    boolean isImage(long planId, long repositoryId, long manifestId) {
        return !jdbc.queryForList(
                        "select id from retention_image where plan_id = ? and repository_id = ? and manifest_id = ?",
                        Long.class,
                        planId,
                        repositoryId,
                        manifestId)
                .isEmpty();
    }

    void decide(long imageId, Verdict verdict) {
        jdbc.update(
                "update retention_image set decision = ?, rule_name = ?, reason = ? where id = ?",
                verdict.kind().column(),
                verdict.rule().orElse(null),
                ColumnText.of(verdict.reason(), REASON_WIDTH),
                imageId);
    }

    void setTags(long imageId, List<String> tags) {
        jdbc.update("update retention_image set tags = ? where id = ?", String.join(" ", tags), imageId);
    }

    /** An image that would go is kept; says whether it was one. */
    boolean keep(long planId, long repositoryId, long manifestId, String reason) {
        return jdbc.update(
                        "update retention_image set decision = 'K', rule_name = null, reason = ?"
                                + " where plan_id = ? and repository_id = ? and manifest_id = ? and decision = 'R'",
                        reason,
                        planId,
                        repositoryId,
                        manifestId)
                > 0;
    }

    /** They would go, and do not, since that would be too much. */
    void stop(List<Long> imageIds) {
        jdbc.batchUpdate(
                "update retention_image set decision = 'S' where id = ?",
                imageIds.stream().map(id -> new Object[] {id}).toList());
    }

    void setUse(PlannedImage image) {
        jdbc.update(
                "update retention_image set in_use = ?, pushed_order = ?, used_order = ?, pulled_at = ?, untagged_at = ?"
                        + " where id = ?",
                image.inUse(),
                image.pushedOrder(),
                image.usedOrder(),
                image.pulledAt().map(ColumnTime::at).orElse(null),
                image.untaggedAt().map(ColumnTime::at).orElse(null),
                image.id());
    }

    void addBytes(long imageId, long bytes) {
        jdbc.update("update retention_image set bytes = bytes + ? where id = ?", bytes, imageId);
    }

    private static PlannedImage read(ResultSet row) throws SQLException {
        return new PlannedImage(
                row.getLong(1),
                row.getLong(2),
                row.getLong(3),
                row.getBoolean(4),
                row.getBoolean(5),
                row.getLong(6),
                row.getLong(7),
                ColumnTime.find(row, 8),
                ColumnTime.find(row, 9));
    }

    static Verdict.Kind kind(String code) {
        return ColumnCode.of(Verdict.Kind.class, code);
    }
}
