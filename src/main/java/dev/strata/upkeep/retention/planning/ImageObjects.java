package dev.strata.upkeep.retention.planning;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What images consist of: blobs that their repositories have, and manifests. A blob is 2 × its id, a manifest that and 1. */
@Component
class ImageObjects {

    /** Those that may go, beside those of single repositories. */
    static final long GOING = 0;

    private static final int HOLDERS_A_QUERY = 200;

    private final JdbcTemplate jdbc;

    ImageObjects(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** A thing with its size; {@code place} is where the manifest names it. */
    record Sized(long place, long objectId, long size) {}

    static boolean isManifest(long objectId) {
        return objectId % 2 == 1;
    }

    Sized manifest(long manifestId) {
        return jdbc
                .query(
                        "select size from manifest where id = ?",
                        (row, n) -> new Sized(0, 2 * manifestId + 1, row.getLong(1)),
                        manifestId)
                .getFirst();
    }

    /** Some of what a manifest names; what its repository does not have is the object 0. */
    List<Sized> named(long repositoryId, long manifestId, long from, int limit) {
        return jdbc.query(
                "select f.position, (select l.blob_id from blob_link l where l.repository_id = ?"
                        + " and l.blob_id = (select b.id from blob b where b.digest = f.digest)),"
                        + " (select b.size from blob b where b.digest = f.digest)"
                        + " from manifest_reference f where f.manifest_id = ? and f.position >= ?"
                        + " order by f.manifest_id, f.position limit ?",
                (row, n) -> new Sized(row.getLong(1), 2 * row.getLong(2), row.getLong(3)),
                repositoryId,
                manifestId,
                from,
                limit);
    }

    /** Notes that an image has something; says whether no other image of the scope was noted with it. */
    boolean note(long planId, long scope, long objectId, long imageId) {
        List<Long> before = jdbc.queryForList(
                "select image_id from retention_object where plan_id = ? and scope = ? and object_id = ?",
                Long.class,
                planId,
                scope,
                objectId);
        if (before.isEmpty()) {
            jdbc.update(
                    "insert into retention_object (plan_id, scope, object_id, image_id) values (?, ?, ?, ?)",
                    planId,
                    scope,
                    objectId,
                    imageId);
        } else if (before.getFirst() < imageId) {
            jdbc.update(
                    "update retention_object set image_id = ? where plan_id = ? and scope = ? and object_id = ?",
                    imageId,
                    planId,
                    scope,
                    objectId);
        }
        return before.isEmpty();
    }

    /** Something that may go, and the last image that has it. */
    record Noted(long objectId, long imageId) {}

    Optional<Noted> next(long planId, long after) {
        return jdbc
                .query(
                        "select object_id, image_id from retention_object where plan_id = ? and scope = ? and object_id > ?"
                                + " order by plan_id, scope, object_id limit 1",
                        (row, n) -> new Noted(row.getLong(1), row.getLong(2)),
                        planId,
                        GOING,
                        after)
                .stream()
                .findFirst();
    }

    /** Whether a repository has a manifest where it does not go. */
    boolean staysSomewhere(long planId, long manifestId) {
        return !jdbc.queryForList(
                        "select l.repository_id from manifest_link l where l.manifest_id = ? and not exists ("
                                + "select 1 from retention_going g where g.plan_id = ? and g.repository_id = l.repository_id"
                                + " and g.manifest_id = l.manifest_id and g.goes) limit 1",
                        Long.class,
                        manifestId,
                        planId)
                .isEmpty();
    }

    /** Whether an entry of the layer cache has a blob. */
    boolean isInEntry(long blobId) {
        return !jdbc.queryForList(
                        "select l.repository_id from blob_link l where l.blob_id = ? and exists (select 1 from cache_entry e"
                                + " where e.repository_id = l.repository_id and e.blob_id = ? and e.state between 'U' and 'V')"
                                + " limit 1",
                        Long.class,
                        blobId,
                        blobId)
                .isEmpty();
    }

    /** Of some manifests that name a blob, whether one of them keeps it, and behind which the next ones are. */
    record Holders(boolean keep, Optional<Long> next) {}

    Holders holders(long planId, long blobId, long after) {
        List<Boolean> keeping = new ArrayList<>();
        List<Long> ids = jdbc.query(
                "select f.manifest_id, (select min(l.repository_id) from manifest_link l where l.manifest_id = f.manifest_id"
                        + " and exists (select 1 from blob_link b where b.repository_id = l.repository_id and b.blob_id = ?)"
                        + " and not exists (select 1 from retention_going g where g.plan_id = ?"
                        + " and g.repository_id = l.repository_id and g.manifest_id = l.manifest_id and g.goes))"
                        + " from manifest_reference f where f.digest = (select b.digest from blob b where b.id = ?)"
                        + " and f.manifest_id > ? order by f.digest, f.manifest_id limit ?",
                (row, n) -> {
                    keeping.add(row.getObject(2) != null);
                    return row.getLong(1);
                },
                blobId,
                planId,
                blobId,
                after,
                HOLDERS_A_QUERY);
        return new Holders(
                keeping.contains(true), ids.size() < HOLDERS_A_QUERY ? Optional.empty() : Optional.of(ids.getLast()));
    }

    Optional<Long> size(long objectId) {
        return jdbc
                .queryForList(
                        isManifest(objectId) ? "select size from manifest where id = ?" : "select size from blob where id = ?",
                        Long.class,
                        objectId / 2)
                .stream()
                .findFirst();
    }
}
