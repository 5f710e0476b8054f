package dev.strata.savings.check;

import dev.strata.savings.counted.Total;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Compares what the layer tree says of each layer with the images that end on it and the layers above it. */
@Component
class StackRecount {

    private static final int STACKS = 200;

    private final JdbcTemplate jdbc;

    StackRecount(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    private record Counts(int images, int ends, int children, long childrenSize, long saved) {}

    private record Row(long id, long parentId, long size, Counts booked, int ends, Counts above) {}

    /**
     * Looks at some stacks before one, 0 for the last; returns the first of them, or -1 where there are no more. The upper
     * layers come first: they are younger, and what is wrong with one is known when the one below it is counted.
     */
    long look(long before, Findings found) {
        List<Row> rows = jdbc.query(
                "select s.id, s.parent_id, s.size, s.images, s.ends, s.children, s.children_size, s.saved,"
                        + " (select count(*) from savings_image i where i.stack_id = s.id),"
                        + " (select coalesce(sum(c.images), 0) from savings_stack c where c.parent_id = s.id),"
                        + " (select count(*) from savings_stack c where c.parent_id = s.id),"
                        + " (select coalesce(sum(c.size), 0) from savings_stack c where c.parent_id = s.id)"
                        + " from savings_stack s where s.id < ? order by s.id desc limit ?",
                (row, number) -> new Row(
                        row.getLong(1),
                        row.getLong(2),
                        row.getLong(3),
                        new Counts(row.getInt(4), row.getInt(5), row.getInt(6), row.getLong(7), row.getLong(8)),
                        row.getInt(9),
                        new Counts(row.getInt(10), 0, row.getInt(11), row.getLong(12), 0)),
                before == 0 ? Long.MAX_VALUE : before,
                STACKS);
        Map<Long, Integer> wrongAbove = new HashMap<>();
        for (Row row : rows) {
            compare(row, wrongAbove, found);
        }
        return rows.size() < STACKS ? -1 : rows.getLast().id();
    }

    private static void compare(Row row, Map<Long, Integer> wrongAbove, Findings found) {
        int images = row.ends() + row.above().images() + wrongAbove.getOrDefault(row.id(), 0);
        Counts counted = new Counts(
                images,
                row.ends(),
                row.above().children(),
                row.above().childrenSize(),
                row.size() * Math.max(0, images - 1));
        Counts booked = row.booked();
        wrongAbove.merge(row.parentId(), images - booked.images(), Integer::sum);
        found.figure(
                "layer " + row.id() + " of the tree",
                booked,
                counted,
                correction -> correction.stack(
                        row.id(),
                        images - booked.images(),
                        counted.ends() - booked.ends(),
                        counted.children() - booked.children(),
                        counted.childrenSize() - booked.childrenSize()));
    }

    /** Adds what the root of the tree has. */
    void addTotals(Map<Total, Long> counted) {
        jdbc.query(
                "select count(*), coalesce(sum(size), 0) from savings_stack where parent_id = 0",
                row -> {
                    counted.put(Total.STACK_CHILDREN, row.getLong(1));
                    counted.put(Total.STACK_CHILDREN_SIZE, row.getLong(2));
                });
        jdbc.query("select count(*) from savings_image where stack_id >= 0", row -> {
            counted.put(Total.STACK_IMAGES, row.getLong(1));
        });
    }
}
