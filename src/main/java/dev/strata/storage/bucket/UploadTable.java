package dev.strata.storage.bucket;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.RegistryException;
import dev.strata.storage.UploadId;
import dev.strata.storage.bucket.UploadState.Tail;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The statements on upload sessions. Who writes to one holds it: the row says by which request, and until when that is
 * believed. Whatever that request changes, it changes as the holder only.
 */
final class UploadTable {

    /** A holder says more often than this that it is alive. */
    static final Duration HELD = Duration.ofSeconds(60);

    private static final String COLUMNS =
            "select id, owner, algorithm, location, multipart, parts, received, hash_state, tail, tail_size, committed"
                    + " from object_upload ";
    private static final String FREE = "(holder is null or held_until < :now)";

    private final JdbcClient jdbc;
    private final Clock clock;

    UploadTable(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    private static OffsetDateTime at(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }

    void insert(UploadState upload, String holder) {
        jdbc.sql("""
                        insert into object_upload
                          (id, owner, algorithm, parts, received, hash_state, tail_size, holder, held_until, used_at)
                        values (:id, :owner, :algorithm, 0, 0, :hash, 0, :holder, :until, :now)""")
                .param("id", upload.id().toString())
                .param("owner", upload.owner())
                .param("algorithm", upload.algorithm().prefix())
                .param("hash", upload.hash().orElse(null))
                .param("holder", holder)
                .param("until", at(clock.instant().plus(HELD)))
                .param("now", at(clock.instant()))
                .update();
    }

    /**
     * Takes a session that nobody holds.
     *
     * @throws RegistryException UPLOAD_UNKNOWN, UPLOAD_BUSY
     */
    UploadState take(UploadId id, String owner, String holder) {
        boolean taken = jdbc.sql("update object_upload set holder = :holder, held_until = :until where id = :id and owner = :owner and " + FREE)
                        .param("holder", holder)
                        .param("until", at(clock.instant().plus(HELD)))
                        .param("id", id.toString())
                        .param("owner", owner)
                        .param("now", at(clock.instant()))
                        .update()
                > 0;
        UploadState state = get(id, owner);
        if (!taken) {
            throw id.busy();
        }
        return state;
    }

    /** @throws RegistryException UPLOAD_UNKNOWN */
    UploadState get(UploadId id, String owner) {
        return jdbc.sql(COLUMNS + "where id = :id and owner = :owner")
                .param("id", id.toString())
                .param("owner", owner)
                .query((row, number) -> read(row))
                .optional()
                .orElseThrow(id::unknown);
    }

    private static UploadState read(ResultSet row) throws SQLException {
        Optional<String> tail = Optional.ofNullable(row.getString(9));
        long tailSize = row.getLong(10);
        return new UploadState(
                UploadId.of(row.getString(1)),
                row.getString(2),
                DigestAlgorithm.of(row.getString(3)),
                Optional.ofNullable(row.getString(4)),
                Optional.ofNullable(row.getString(5)),
                row.getInt(6),
                row.getLong(7),
                Optional.ofNullable(row.getString(8)),
                tail.map(location -> new Tail(location, tailSize)),
                Optional.ofNullable(row.getString(11)).map(Digest::of));
    }

    /** A part comes before what the session's row says of it: one that the row does not count does not matter. */
    void putPart(UploadId id, Bucket.Part part) {
        jdbc.sql("delete from object_upload_part where upload_id = :id and number >= :number")
                .param("id", id.toString())
                .param("number", part.number())
                .update();
        jdbc.sql("insert into object_upload_part (upload_id, number, tag) values (:id, :number, :tag)")
                .param("id", id.toString())
                .param("number", part.number())
                .param("tag", part.tag())
                .update();
    }

    List<Bucket.Part> parts(UploadState upload) {
        return jdbc.sql("select number, tag from object_upload_part where upload_id = :id and number <= :parts order by number")
                .param("id", upload.id().toString())
                .param("parts", upload.parts())
                .query((row, number) -> new Bucket.Part(row.getInt(1), row.getString(2)))
                .list();
    }

    /** @throws RegistryException UPLOAD_BUSY where another holds it by now */
    void save(UploadState upload, String holder) {
        int saved = jdbc.sql("""
                        update object_upload set location = :location, multipart = :multipart, parts = :parts,
                          received = :received, hash_state = :hash, tail = :tail, tail_size = :tailSize,
                          committed = :committed, used_at = :now
                        where id = :id and holder = :holder""")
                .param("location", upload.location().orElse(null))
                .param("multipart", upload.multipart().orElse(null))
                .param("parts", upload.parts())
                .param("received", upload.received())
                .param("hash", upload.hash().orElse(null))
                .param("tail", upload.tail().map(Tail::location).orElse(null))
                .param("tailSize", upload.tail().map(Tail::size).orElse(0L))
                .param("committed", upload.committed().map(Digest::toString).orElse(null))
                .param("now", at(clock.instant()))
                .param("id", upload.id().toString())
                .param("holder", holder)
                .update();
        if (saved == 0) {
            throw upload.id().busy();
        }
    }

    /** Forgets a session as its holder, and says whether it was that. */
    boolean delete(UploadId id, String holder) {
        boolean deleted = jdbc.sql("delete from object_upload where id = :id and holder = :holder")
                        .param("id", id.toString())
                        .param("holder", holder)
                        .update()
                > 0;
        if (deleted) {
            deleteParts(id.toString());
        }
        return deleted;
    }

    private void deleteParts(String id) {
        jdbc.sql("delete from object_upload_part where upload_id = :id")
                .param("id", id)
                .update();
    }

    void release(UploadId id, String holder) {
        jdbc.sql("update object_upload set holder = null, held_until = null, used_at = :now where id = :id and holder = :holder")
                .param("now", at(clock.instant()))
                .param("id", id.toString())
                .param("holder", holder)
                .update();
    }

    /** Who holds these is alive. */
    void renew(Collection<String> holders) {
        if (!holders.isEmpty()) {
            jdbc.sql("update object_upload set held_until = :until where holder in (:holders)")
                    .param("until", at(clock.instant().plus(HELD)))
                    .param("holders", holders)
                    .update();
        }
    }

    /** Those who held one in a process are gone. */
    void releaseAll(String process) {
        jdbc.sql("update object_upload set holder = null, held_until = null where holder >= :first and holder < :end")
                .param("first", process + "/")
                .param("end", process + "0")
                .update();
    }

    /** Some that nobody holds and to which nobody has written since then. */
    List<UploadState> idle(Instant since, int limit) {
        return jdbc.sql(COLUMNS + "where used_at < :since and " + FREE + " order by used_at fetch first :limit rows only")
                .param("since", at(since))
                .param("now", at(clock.instant()))
                .param("limit", limit)
                .query((row, number) -> read(row))
                .list();
    }

    /** Some that were committed, that nobody holds, and whose ids come behind one. */
    List<UploadState> committed(String after, int limit) {
        return unheld("committed", after, limit);
    }

    /** Some with an object of the bytes behind their last part, that nobody holds, and whose ids come behind one. */
    List<UploadState> withTail(String after, int limit) {
        return unheld("tail", after, limit);
    }

    private List<UploadState> unheld(String column, String after, int limit) {
        return jdbc.sql(COLUMNS + "where " + column + " is not null and id > :after and " + FREE
                        + " order by id fetch first :limit rows only")
                .param("after", after)
                .param("now", at(clock.instant()))
                .param("limit", limit)
                .query((row, number) -> read(row))
                .list();
    }

    /** Forgets a session that nobody holds and that was committed as an object, and says whether there is none any more. */
    boolean forgetUnheld(String location) {
        List<String> ids = jdbc.sql("select id from object_upload where location = :location")
                .param("location", location)
                .query(String.class)
                .list();
        boolean none = true;
        for (String id : ids) {
            none &= forgetUnheld(UploadId.of(id));
        }
        return none;
    }

    /** Forgets a session that nobody holds, and says whether it was there. */
    boolean forgetUnheld(UploadId id) {
        boolean deleted = jdbc.sql("delete from object_upload where id = :id and " + FREE)
                        .param("id", id.toString())
                        .param("now", at(clock.instant()))
                        .update()
                > 0;
        if (deleted) {
            deleteParts(id.toString());
        }
        return deleted;
    }

    /** Those of the objects that belong to a session. */
    List<String> known(Collection<String> objects) {
        return objects.isEmpty()
                ? List.of()
                : jdbc.sql("select location from object_upload where location in (:objects)"
                                + " union select tail from object_upload where tail in (:objects)")
                        .param("objects", objects)
                        .query(String.class)
                        .list();
    }

    /** Those of the unfinished objects that belong to a session. */
    List<String> knownMultiparts(Collection<String> multiparts) {
        return multiparts.isEmpty()
                ? List.of()
                : jdbc.sql("select multipart from object_upload where multipart in (:multiparts)")
                        .param("multiparts", multiparts)
                        .query(String.class)
                        .list();
    }

    int count() {
        return jdbc.sql("select count(*) from object_upload").query(Integer.class).single();
    }
}
