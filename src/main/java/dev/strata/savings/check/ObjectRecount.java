package dev.strata.savings.check;

import dev.strata.savings.books.ChangeNotes;
import dev.strata.savings.ledger.Books;
import dev.strata.savings.ledger.CountedObject;
import dev.strata.savings.ledger.CountedObjects;
import dev.strata.savings.ledger.Total;
import dev.strata.savings.ledger.Totals;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Counts again what is counted over all repositories. */
@Component
class ObjectRecount {

    private static final int SLICE = 1_000;
    private static final int MOST_DIFFERENCES = 100;
    /** What is counted as it happens, and nowhere to be counted again. */
    private static final Set<Total> NOT_RECOUNTED = Set.of(
            Total.UPLOADED,
            Total.UPLOADED_AGAIN,
            Total.MOUNTED,
            Total.EXISTING,
            Total.SERVED,
            Total.COUNTED_SINCE,
            Total.LAST_IMAGE_NUMBER,
            Total.LAST_STACK_ID,
            Total.STACK_IMAGES,
            Total.STACK_CHILDREN,
            Total.STACK_CHILDREN_SIZE);

    private final JdbcTemplate jdbc;
    private final Totals totals;
    private final ChangeNotes notes;

    ObjectRecount(JdbcTemplate jdbc, Totals totals, ChangeNotes notes) {
        this.jdbc = jdbc;
        this.totals = totals;
        this.notes = notes;
    }

    /** What is another in the books. */
    List<String> differences() {
        List<String> found = new ArrayList<>();
        boolean pending = notes.count() > 0;
        Map<Total, Long> counted = new EnumMap<>(Total.class);
        Long last = jdbc.queryForObject("select max(id) from savings_object", Long.class);
        for (long from = 0; last != null && from <= last; from += SLICE) {
            compareSlice(from, pending, counted, found);
        }
        jdbc.query(
                "select count(*), sum(images), sum(tags), sum(as_if_unshared) from savings_repository",
                row -> {
                    counted.put(Total.REPOSITORIES, row.getLong(1));
                    counted.put(Total.IMAGES, row.getLong(2));
                    counted.put(Total.TAGS, row.getLong(3));
                    counted.put(Total.AS_IF_UNSHARED, row.getLong(4));
                });
        counted.put(
                Total.SAVED_BY_TAGS,
                counted.getOrDefault(Total.AS_IF_UNSHARED, 0L) - counted.getOrDefault(Total.PARTS_SIZE, 0L));
        Map<Total, Long> booked = totals.read();
        for (Total total : Total.values()) {
            if (!NOT_RECOUNTED.contains(total)) {
                expect(found, total.name(), booked.get(total), counted.getOrDefault(total, 0L));
            }
        }
        return found;
    }

    private void compareSlice(long from, boolean pending, Map<Total, Long> counted, List<String> found) {
        jdbc.query(
                "select o.id, o.size, o.links, o.images, o.repositories, o.image_sum, o.repository_sum,"
                        + " coalesce(h.images, 0), coalesce(h.repositories, 0), coalesce(h.repository_sum, 0),"
                        + " case when mod(o.id, 2) = 0"
                        + " then (select count(*) from blob_link l where l.blob_id = o.id / 2)"
                        + " else (select count(*) from manifest_link l where l.manifest_id = o.id / 2) end"
                        + " from savings_object o left join (select object_id, sum(images) as images,"
                        + " count(case when images > 0 then 1 end) as repositories,"
                        + " sum(case when images > 0 then repository_id end) as repository_sum"
                        + " from savings_holding where object_id >= ? and object_id < ? group by object_id) h"
                        + " on h.object_id = o.id where o.id >= ? and o.id < ?",
                row -> {
                    CountedObject booked = CountedObjects.read(row);
                    CountedObject recounted = new CountedObject(
                            booked.id(),
                            booked.size(),
                            pending ? booked.links() : row.getInt(11),
                            row.getInt(8),
                            row.getInt(9),
                            booked.imageSum(),
                            row.getLong(10));
                    expect(found, "object", booked, recounted);
                    add(counted, booked);
                },
                from,
                from + SLICE,
                from,
                from + SLICE);
    }

    private static void add(Map<Total, Long> counted, CountedObject object) {
        Books.contributions(object).forEach((total, amount) -> counted.merge(total, amount, Long::sum));
    }

    private static <T> void expect(List<String> found, String what, T booked, T counted) {
        if (!booked.equals(counted) && found.size() < MOST_DIFFERENCES) {
            found.add(what + " is " + booked + " instead of " + counted);
        }
    }
}
