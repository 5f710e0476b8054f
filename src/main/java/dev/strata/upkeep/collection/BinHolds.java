package dev.strata.upkeep.collection;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What the bin holds of itself: what was deleted and can be taken back. */
@Component
class BinHolds {

    private final JdbcTemplate jdbc;

    BinHolds(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    boolean hasBlob(long blobId) {
        return has("B", blobId);
    }

    boolean hasManifest(long manifestId) {
        return has("M", manifestId);
    }

    private boolean has(String kind, long objectId) {
        return !jdbc.queryForList(
                        "select id from bin_item where kind = ? and object_id = ? limit 1", Long.class, kind, objectId)
                .isEmpty();
    }
}
