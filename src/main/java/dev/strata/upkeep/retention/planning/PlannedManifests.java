package dev.strata.upkeep.retention.planning;

import dev.strata.database.columns.ColumnTime;
import dev.strata.oci.Digest;
import dev.strata.registry.tags.DigestTags;
import dev.strata.upkeep.retention.plans.Times;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What plans and their runs ask of the registry's manifests: how they belong together. Every statement is bounded. */
@Component
public class PlannedManifests {

    private final JdbcTemplate jdbc;
    private final DigestTags digestTags;

    PlannedManifests(JdbcTemplate jdbc, DigestTags digestTags) {
        this.jdbc = jdbc;
        this.digestTags = digestTags;
    }

    /** A manifest of the repository. */
    record Linked(long id, Digest digest, boolean temporary, long pushedMicros, Optional<Digest> subject) {}

    List<Linked> after(long repositoryId, long manifestId, int limit) {
        return jdbc.query(
                "select l.manifest_id, (select m.digest from manifest m where m.id = l.manifest_id), l.temporary_for,"
                        + " l.pushed_at, l.subject from manifest_link l where l.repository_id = ? and l.manifest_id > ?"
                        + " order by l.repository_id, l.manifest_id limit ?",
                (row, n) -> new Linked(
                        row.getLong(1),
                        Digest.ofBytes(row.getBytes(2)),
                        row.getString(3) != null,
                        Times.micros(ColumnTime.read(row, 4)),
                        Optional.ofNullable(row.getBytes(5)).map(Digest::ofBytes)),
                repositoryId,
                manifestId,
                limit);
    }

    /** Whether it is an image, and not only a part of another one or about another one. */
    boolean isImage(long repositoryId, Linked manifest) {
        return switch (digestTags.kind(repositoryId, manifest.id())) {
            case NAMED -> true;
            case ABOUT -> false;
            case LOOSE -> !isListed(repositoryId, manifest.digest())
                    && manifest.subject().filter(subject -> find(repositoryId, subject).isPresent()).isEmpty();
        };
    }

    /** A manifest that the repository has. */
    public Optional<Long> find(long repositoryId, Digest digest) {
        return jdbc
                .queryForList(
                        "select manifest_id from manifest_link where repository_id = ?"
                                + " and manifest_id = (select m.id from manifest m where m.digest = ?)",
                        Long.class,
                        repositoryId,
                        digest.bytes())
                .stream()
                .findFirst();
    }

    /** Whether a manifest of the repository lists this one. */
    public boolean isListed(long repositoryId, Digest digest) {
        return !jdbc.queryForList(
                        "select r.manifest_id from manifest_reference r where r.digest = ? and exists ("
                                + "select 1 from manifest_link l where l.repository_id = ? and l.manifest_id = r.manifest_id)"
                                + " order by r.digest, r.manifest_id limit 1",
                        Long.class,
                        digest.bytes(),
                        repositoryId)
                .isEmpty();
    }

    Digest digest(long manifestId) {
        return Digest.ofBytes(jdbc.queryForList("select digest from manifest where id = ?", byte[].class, manifestId)
                .getFirst());
    }

    /** Something that belongs to a manifest, and where in its list it is. */
    record Belonging(long place, long manifestId) {}

    /** Some of what an index lists; what the repository lacks is 0. */
    List<Belonging> listed(long repositoryId, long manifestId, long from, int limit) {
        return jdbc.query(
                "select f.position, (select l.manifest_id from manifest_link l where l.repository_id = ?"
                        + " and l.manifest_id = (select m.id from manifest m where m.digest = f.digest))"
                        + " from manifest_reference f where f.manifest_id = ? and f.position >= ? and f.kind = 'M'"
                        + " order by f.manifest_id, f.position limit ?",
                (row, n) -> new Belonging(row.getLong(1), row.getLong(2)),
                repositoryId,
                manifestId,
                from,
                limit);
    }

    /** Some of what refers to a manifest. */
    List<Belonging> referrers(long repositoryId, Digest subject, long after, int limit) {
        return jdbc.query(
                "select manifest_id from manifest_link where repository_id = ? and subject = ? and manifest_id > ?"
                        + " order by subject, repository_id, manifest_id limit ?",
                (row, n) -> new Belonging(row.getLong(1), row.getLong(1)),
                repositoryId,
                subject.bytes(),
                after,
                limit);
    }

    /** What is under a tag that is made of a manifest's digest. */
    List<Long> attached(long repositoryId, Digest digest) {
        return DigestTags.of(digest)
                .flatMap(tag -> jdbc.queryForList(
                        "select manifest_id from tag where repository_id = ? and name = ?",
                        Long.class,
                        repositoryId,
                        tag.name())
                        .stream())
                .toList();
    }
}
