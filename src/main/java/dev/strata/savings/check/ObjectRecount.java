package dev.strata.savings.check;

import dev.strata.savings.books.ChangeNotes;
import dev.strata.savings.counted.CountedObject;
import dev.strata.savings.counted.Total;
import dev.strata.savings.ledger.CountedObjects;
import dev.strata.savings.ledger.Totals;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Compares what is counted over all repositories with what the books say of each. */
@Component
class ObjectRecount {

    private static final int OBJECTS = 200;
    /** What is counted as it happens, and nowhere to be counted again. */
    private static final Set<Total> NOT_RECOUNTED = Set.of(
            Total.UPLOADED,
            Total.UPLOADED_AGAIN,
            Total.MOUNTED,
            Total.AUTO_MOUNTED,
            Total.EXISTING,
            Total.SERVED,
            Total.COUNTED_SINCE,
            Total.LAST_IMAGE_NUMBER,
            Total.LAST_STACK_ID);

    private final JdbcTemplate jdbc;
    private final Totals totals;
    private final ChangeNotes notes;
    private final StackRecount stacks;

    ObjectRecount(JdbcTemplate jdbc, Totals totals, ChangeNotes notes, StackRecount stacks) {
        this.jdbc = jdbc;
        this.totals = totals;
        this.notes = notes;
        this.stacks = stacks;
    }

    /** Looks at some blobs and manifests behind one; returns the last, or -1 where there are no more. */
    long look(long after, Findings found) {
        boolean pending = notes.count() > 0;
        long[] last = {-1};
        int size = jdbc.query(
                        "select o.id, o.size, o.links, o.images, o.repositories, o.image_sum, o.repository_sum,"
                                + " (select coalesce(sum(h.images), 0) from savings_holding h where h.object_id = o.id),"
                                + " (select count(*) from savings_holding h where h.object_id = o.id and h.images > 0),"
                                + " (select coalesce(sum(p.image_number), 0) from savings_holding h join savings_part p"
                                + " on p.repository_id = h.repository_id and p.object_id = h.object_id"
                                + " where h.object_id = o.id),"
                                + " (select coalesce(sum(h.repository_id), 0) from savings_holding h"
                                + " where h.object_id = o.id and h.images > 0),"
                                + " case when mod(o.id, 2) = 0"
                                + " then (select count(*) from blob_link l where l.blob_id = o.id / 2)"
                                + " else (select count(*) from manifest_link l where l.manifest_id = o.id / 2) end"
                                + " from savings_object o where o.id > ? order by o.id limit ?",
                        (row, number) -> {
                            CountedObject booked = CountedObjects.read(row);
                            last[0] = booked.id();
                            compare(
                                    booked,
                                    new CountedObject(
                                            booked.id(),
                                            booked.size(),
                                            pending ? booked.links() : row.getInt(12),
                                            row.getInt(8),
                                            row.getInt(9),
                                            row.getLong(10),
                                            row.getLong(11)),
                                    found);
                            return number;
                        },
                        after,
                        OBJECTS)
                .size();
        return size < OBJECTS ? -1 : last[0];
    }

    private static void compare(CountedObject booked, CountedObject counted, Findings found) {
        found.figure(
                "object",
                booked,
                counted,
                correction -> correction.object(
                        booked.id(),
                        counted.links() - booked.links(),
                        counted.images() - booked.images(),
                        counted.repositories() - booked.repositories(),
                        counted.imageSum() - booked.imageSum(),
                        counted.repositorySum() - booked.repositorySum()));
    }

    /** Looks at the sums over everything; each is one statement, which holds nobody up. */
    void lookAtTotals(Findings found) {
        Map<Total, Long> counted = new EnumMap<>(Total.class);
        jdbc.query(
                "select mod(o.id, 2), case when o.images > 0 then 2 when o.links > 0 then 1 else 0 end, count(*),"
                        + " sum(o.size), sum(o.size * o.images), sum(o.size * o.repositories) from savings_object o"
                        + " group by mod(o.id, 2), case when o.images > 0 then 2 when o.links > 0 then 1 else 0 end",
                row -> {
                    boolean manifest = row.getInt(1) != 0;
                    switch (row.getInt(2)) {
                        case 2 -> {
                            counted.put(manifest ? Total.MANIFESTS_IN_USE_SIZE : Total.BLOBS_IN_USE_SIZE, row.getLong(4));
                            counted.put(manifest ? Total.MANIFESTS_IN_USE_COUNT : Total.BLOBS_IN_USE_COUNT, row.getLong(3));
                        }
                        case 1 -> counted.put(
                                manifest ? Total.MANIFESTS_UNREFERENCED_SIZE : Total.BLOBS_UNREFERENCED_SIZE,
                                row.getLong(4));
                        default -> counted.put(
                                manifest ? Total.MANIFESTS_UNLINKED_SIZE : Total.BLOBS_UNLINKED_SIZE, row.getLong(4));
                    }
                    counted.merge(Total.PARTS_SIZE, row.getLong(5), Long::sum);
                    counted.merge(Total.HOLDINGS_SIZE, row.getLong(6), Long::sum);
                });
        jdbc.query(
                "select count(*), sum(images), sum(tags), sum(as_if_unshared) from savings_repository",
                row -> {
                    counted.put(Total.REPOSITORIES, row.getLong(1));
                    counted.put(Total.IMAGES, row.getLong(2));
                    counted.put(Total.TAGS, row.getLong(3));
                    counted.put(Total.AS_IF_UNSHARED, row.getLong(4));
                });
        stacks.addTotals(counted);
        counted.put(
                Total.SAVED_BY_TAGS,
                counted.getOrDefault(Total.AS_IF_UNSHARED, 0L) - counted.getOrDefault(Total.PARTS_SIZE, 0L));
        Map<Total, Long> booked = totals.read();
        for (Total total : Total.values()) {
            if (!NOT_RECOUNTED.contains(total)) {
                long is = booked.get(total);
                long should = counted.getOrDefault(total, 0L);
                found.figure(total.name(), is, should, correction -> correction.total(total, should - is));
            }
        }
    }
}
