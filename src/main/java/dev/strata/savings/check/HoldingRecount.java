package dev.strata.savings.check;

import dev.strata.savings.counted.CountedObject;
import dev.strata.savings.counted.CountedRepository;
import dev.strata.savings.ledger.CountedRepositories;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Compares what the books say of a repository's blobs, and of itself, with what the registry has. */
@Component
class HoldingRecount {

    private static final int HOLDINGS = 500;

    private final JdbcTemplate jdbc;
    private final CountedRepositories repositories;

    HoldingRecount(JdbcTemplate jdbc, CountedRepositories repositories) {
        this.jdbc = jdbc;
        this.repositories = repositories;
    }

    /** Looks at some of the blobs that a repository has; returns the last, or -1 where there are no more. */
    long lookAtLinks(long repositoryId, long after, Findings found) {
        long[] last = {-1};
        int size = jdbc.query(
                        "select l.blob_id, (select count(*) from savings_holding h where h.repository_id = l.repository_id"
                                + " and h.object_id = 2 * l.blob_id and h.linked) from blob_link l"
                                + " where l.repository_id = ? and l.blob_id > ? order by l.repository_id, l.blob_id limit ?",
                        (row, number) -> {
                            last[0] = row.getLong(1);
                            found.blob(repositoryId, last[0], "presence", row.getInt(2) == 1, true);
                            return number;
                        },
                        repositoryId,
                        after,
                        HOLDINGS)
                .size();
        return size < HOLDINGS ? -1 : last[0];
    }

    /** Looks at some of what the books say that a repository has. */
    long look(long repositoryId, long after, Findings found) {
        long[] last = {-1};
        int size = jdbc.query(
                        "select h.object_id, h.images, h.linked,"
                                + " (select count(*) from blob_link l where l.repository_id = h.repository_id"
                                + " and l.blob_id = h.object_id / 2 and mod(h.object_id, 2) = 0),"
                                + " (select count(*) from savings_part p where p.repository_id = h.repository_id"
                                + " and p.object_id = h.object_id) from savings_holding h where h.repository_id = ?"
                                + " and h.object_id > ? order by h.repository_id, h.object_id limit ?",
                        (row, number) -> {
                            long object = row.getLong(1);
                            last[0] = object;
                            if (!CountedObject.isManifest(object)) {
                                found.blob(repositoryId, object / 2, "presence", row.getBoolean(3), row.getInt(4) == 1);
                            }
                            int wrongBy = row.getInt(5) - row.getInt(2);
                            found.figure(
                                    "number of images with object " + object + " in repository " + repositoryId,
                                    row.getInt(2),
                                    row.getInt(5),
                                    correction -> correction.holding(repositoryId, object, wrongBy));
                            return number;
                        },
                        repositoryId,
                        after,
                        HOLDINGS)
                .size();
        return size < HOLDINGS ? -1 : last[0];
    }

    /** Looks at the figures of a repository. */
    void lookAtWhole(long repositoryId, Findings found) {
        CountedRepository booked = repositories.find(List.of(repositoryId)).get(repositoryId);
        if (booked == null) {
            return;
        }
        CountedRepository[] counted = {CountedRepository.of(repositoryId, booked.name())};
        jdbc.query(
                "select coalesce(sum(case when tags > 0 or parents = 0 then 1 else 0 end), 0), coalesce(sum(tags), 0),"
                        + " coalesce(sum(full_size * case when tags > 1 then tags else 1 end), 0)"
                        + " from savings_image where repository_id = ?",
                row -> {
                    counted[0] = counted[0].withImages(row.getInt(1), row.getInt(2), row.getLong(3));
                },
                repositoryId);
        jdbc.query(
                "select coalesce(sum(o.size), 0), coalesce(sum(case when o.repositories = 1 then o.size end), 0)"
                        + " from savings_holding h join savings_object o on o.id = h.object_id"
                        + " where h.repository_id = ? and h.images > 0",
                row -> {
                    counted[0] = counted[0].withSizes(row.getLong(1), row.getLong(2));
                },
                repositoryId);
        CountedRepository wrongBy = counted[0]
                .withImages(-booked.images(), -booked.tags(), -booked.asIfUnshared())
                .withSizes(-booked.full(), -booked.unique());
        found.figure(
                "repository", booked, counted[0], correction -> correction.repository(repositoryId, wrongBy));
    }
}
