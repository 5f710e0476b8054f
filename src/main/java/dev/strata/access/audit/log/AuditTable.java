package dev.strata.access.audit.log;

import dev.strata.access.audit.AuditEvent;
import dev.strata.database.columns.ColumnTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The statements on audit events. */
@Component
class AuditTable {

    private static final int WIDEST_DETAIL = 8_000;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** So many others may come between two events at the most: those that several processes have waiting. */
    private static final long DISORDER = 100_000;

    private final JdbcTemplate jdbc;

    AuditTable(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Transactional
    void insert(List<KeptEvent> events) {
        jdbc.batchUpdate(
                "insert into audit_event (happened_at, what, who, address, subject, detail) values (?, ?, ?, ?, ?, ?)",
                events.stream()
                        .map(event -> new Object[] {
                            ColumnTime.at(event.at()),
                            event.what().name(),
                            event.who(),
                            event.address(),
                            event.subject(),
                            detail(event.detail())
                        })
                        .toList());
    }

    private static String detail(SortedMap<String, String> detail) {
        String json = JSON.writeValueAsString(detail);
        return json.length() <= WIDEST_DETAIL ? json : "{}";
    }

    private static SortedMap<String, String> detail(String json) {
        return JSON.readValue(json, new TypeReference<TreeMap<String, String>>() {});
    }

    /** The newest first. */
    List<KeptEvent> list(AuditFilter filter, int limit) {
        List<String> conditions = new ArrayList<>(List.of("id < ?"));
        List<Object> parameters = new ArrayList<>(List.of(filter.before()));
        filter.what().ifPresent(what -> add("what = ?", what.name(), conditions, parameters));
        filter.who().ifPresent(who -> add("who = ?", who, conditions, parameters));
        filter.subject().ifPresent(name -> add("subject = ?", name, conditions, parameters));
        filter.since().ifPresent(time -> {
            add("happened_at >= ?", ColumnTime.at(time), conditions, parameters);
            add("id >= ?", firstAt(time).orElse(Long.MAX_VALUE) - DISORDER, conditions, parameters);
        });
        filter.until().ifPresent(time -> {
            add("happened_at < ?", ColumnTime.at(time), conditions, parameters);
            firstAt(time).ifPresent(id -> add("id < ?", id + DISORDER, conditions, parameters));
        });
        parameters.add(limit);
        return jdbc.query(
                "select id, happened_at, what, who, address, subject, detail from audit_event where "
                        + String.join(" and ", conditions) + " order by id desc limit ?",
                (row, number) -> new KeptEvent(
                        row.getLong(1),
                        ColumnTime.read(row, 2),
                        AuditEvent.What.valueOf(row.getString(3)),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        detail(row.getString(7))),
                parameters.toArray());
    }

    /** Events are numbered in the order in which they are written: their times lead to where a list begins and ends. */
    private Optional<Long> firstAt(Instant time) {
        return jdbc
                .queryForList(
                        "select id from audit_event where happened_at >= ? order by happened_at, id limit 1",
                        Long.class,
                        ColumnTime.at(time))
                .stream()
                .findFirst();
    }

    private static void add(String condition, Object value, List<String> conditions, List<Object> parameters) {
        conditions.add(condition);
        parameters.add(value);
    }

    /** Says how many there were. */
    @Transactional
    int deleteBefore(Instant time, int limit) {
        return jdbc.update(
                "delete from audit_event where id in"
                        + " (select e.id from audit_event e where e.happened_at < ? order by e.happened_at, e.id limit ?)",
                ColumnTime.at(time),
                limit);
    }
}
