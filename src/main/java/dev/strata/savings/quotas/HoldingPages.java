package dev.strata.savings.quotas;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Component;

/** What repositories hold, in pages, and how far that was brought. */
@Component
class HoldingPages {

    private static final int PAGE = 5_000;

    private static final String SELECT = "select h.object_id, h.repository_id,"
            + " (select o.size from savings_object o where o.id = h.object_id),"
            + " (select r.name from repository r where r.id = h.repository_id) from savings_holding h where ";
    private static final RowMapper<Held> HELD = (row, number) -> new Held(
            new Place(row.getLong(1), row.getLong(2)),
            row.getLong(3),
            Objects.requireNonNullElse(row.getString(4), ""));

    private final JdbcTemplate jdbc;

    HoldingPages(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Where a page ended. */
    record Place(long objectId, long repositoryId) {

        static final Place START = new Place(Long.MIN_VALUE, Long.MIN_VALUE);
    }

    /** @param size in bytes */
    record Held(Place place, long size, String repository) {}

    /** The next of them in the order of objects and their repositories; none at the end. */
    List<Held> after(Place place) {
        List<Held> page = new ArrayList<>(jdbc.query(
                SELECT + "h.object_id = ? and h.repository_id > ? order by h.object_id, h.repository_id limit " + PAGE,
                HELD,
                place.objectId(),
                place.repositoryId()));
        if (page.size() < PAGE) {
            page.addAll(jdbc.query(
                    SELECT + "h.object_id > ? order by h.object_id, h.repository_id limit " + (PAGE - page.size()),
                    HELD,
                    place.objectId()));
        }
        return page;
    }

    /** The last change that was noted, as a number; 0 where all are in what is held. */
    long lastChange() {
        return change("desc").orElse(0L);
    }

    /** Whether what is held has a change and all before it. */
    boolean have(long change) {
        return change("asc").filter(first -> first <= change).isEmpty();
    }

    private Optional<Long> change(String order) {
        return jdbc.queryForList("select id from savings_change order by id " + order + " limit 1", Long.class).stream()
                .findFirst();
    }
}
