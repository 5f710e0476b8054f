package dev.strata.upkeep.retention.planning;

import dev.strata.database.columns.ColumnCode;
import dev.strata.upkeep.retention.plans.Verdict;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Component;

/** The statements on what belongs to images of plans. */
@Component
class MemberTable {

    private static final RowMapper<Member> MEMBER = (row, n) ->
            new Member(row.getLong(1), row.getLong(2), row.getLong(3), ColumnCode.of(Member.Kind.class, row.getString(4)));

    private final JdbcTemplate jdbc;

    MemberTable(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Says whether it did not belong to the image already. */
    boolean add(long planId, PlannedImage image, long manifestId, Member.Kind kind) {
        if (!jdbc.queryForList(
                        "select id from retention_member where image_id = ? and manifest_id = ?",
                        Long.class,
                        image.id(),
                        manifestId)
                .isEmpty()) {
            return false;
        }
        jdbc.update(
                "insert into retention_member (plan_id, repository_id, image_id, manifest_id, kind) values (?, ?, ?, ?, ?)",
                planId,
                image.repositoryId(),
                image.id(),
                manifestId,
                kind.column());
        return true;
    }

    /** The next one of an image that moves with it. */
    Optional<Member> nextOf(PlannedImage image, long after) {
        return jdbc
                .query(
                        "select id, image_id, manifest_id, kind from retention_member where image_id = ? and id > ?"
                                + " and kind <> 'T' order by image_id, id limit 1",
                        MEMBER,
                        image.id(),
                        after)
                .stream()
                .findFirst();
    }

    long manifest(long memberId) {
        return jdbc.queryForList("select manifest_id from retention_member where id = ?", Long.class, memberId)
                .getFirst();
    }

    /** Some of a kind in a repository. */
    List<Member> some(long planId, long repositoryId, Member.Kind kind, long after, int limit) {
        return jdbc.query(
                "select id, image_id, manifest_id, kind from retention_member where plan_id = ? and repository_id = ?"
                        + " and kind = ? and id > ? order by plan_id, repository_id, kind, id limit ?",
                MEMBER,
                planId,
                repositoryId,
                kind.column(),
                after,
                limit);
    }

    /** What is decided about the image to which something belongs. */
    Verdict.Kind decision(long imageId) {
        return ImageTable.kind(jdbc.queryForList("select decision from retention_image where id = ?", String.class, imageId)
                .getFirst());
    }

    /** Notes whether a manifest goes, unless that is noted already; says whether it was not. */
    boolean note(long planId, long repositoryId, long manifestId, boolean goes) {
        if (goes(planId, repositoryId, manifestId).isPresent()) {
            return false;
        }
        jdbc.update(
                "insert into retention_going (plan_id, repository_id, manifest_id, goes) values (?, ?, ?, ?)",
                planId,
                repositoryId,
                manifestId,
                goes);
        return true;
    }

    Optional<Boolean> goes(long planId, long repositoryId, long manifestId) {
        return jdbc
                .queryForList(
                        "select goes from retention_going where plan_id = ? and repository_id = ? and manifest_id = ?",
                        Boolean.class,
                        planId,
                        repositoryId,
                        manifestId)
                .stream()
                .findFirst();
    }
}
