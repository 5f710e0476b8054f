package dev.strata.savings.report;

import dev.strata.access.rights.ReadableRepositories;
import dev.strata.oci.Digest;
import dev.strata.savings.counted.CountedObject;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** In which repositories a blob is a part of an image. */
@Component
class Holders {

    /** How many are looked at for one that somebody may read: beyond that, they get to know less than they might. */
    private static final int LOOKS = 200;

    private final JdbcTemplate jdbc;

    Holders(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Whether some repository among these has it. */
    boolean include(Digest digest, ReadableRepositories readable) {
        return readable.areAll()
                || jdbc.queryForList("select id from blob where digest = ?", Long.class, (Object) digest.bytes()).stream()
                        .anyMatch(id -> !names(CountedObject.ofBlob(id), 1, readable).isEmpty());
    }

    /**
     * The names of some of them.
     *
     * @param readable the repositories that may be named
     */
    List<String> names(long objectId, int limit, ReadableRepositories readable) {
        return jdbc
                .queryForList(
                        "select (select r.name from repository r where r.id = h.repository_id) from savings_holding h"
                                + " where h.object_id = ? and h.images > 0 order by h.object_id, h.repository_id limit ?",
                        String.class,
                        objectId,
                        readable.areAll() ? limit : LOOKS)
                .stream()
                .filter(readable::include)
                .limit(limit)
                .toList();
    }
}
