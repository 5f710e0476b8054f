package dev.strata.cache.uses;

import static dev.strata.database.columns.ColumnTime.at;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The counters of the cache's use, by the hour, and those of each entry. */
@Component
class UseTable {

    /** What is counted together. */
    record Group(long repositoryId, Instant hour, String scope, String operation, String outcome) {}

    /** How much of it there was. A sum that would be too large stays at the largest number. */
    record Tally(long asked, long bytes, long execMs) {

        static final Tally NONE = new Tally(0, 0, 0);

        Tally plus(Tally other) {
            return new Tally(sum(asked, other.asked), sum(bytes, other.bytes), sum(execMs, other.execMs));
        }

        private static long sum(long one, long other) {
            return Long.MAX_VALUE - one < other ? Long.MAX_VALUE : one + other;
        }
    }

    /** Hits in a repository whose layers came from another one. */
    record Borrowed(long repositoryId, Instant hour, long originId) {

        /** Stands for several origins. */
        static final long SEVERAL = 0;

        /** The order in which all writers take the rows. */
        static final Comparator<Borrowed> ORDER = Comparator.comparing(Borrowed::repositoryId)
                .thenComparing(Borrowed::hour)
                .thenComparing(Borrowed::originId);
    }

    /** The order in which all writers take the rows. */
    static final Comparator<Group> ORDER = Comparator.comparing(Group::repositoryId)
            .thenComparing(Group::hour)
            .thenComparing(Group::scope)
            .thenComparing(Group::operation)
            .thenComparing(Group::outcome);

    private final JdbcTemplate jdbc;

    UseTable(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Writes some sums. */
    @Transactional
    @Retryable(includes = TransientDataAccessException.class, delay = 10, jitter = 10, multiplier = 4)
    void writeGroups(SortedMap<Group, Tally> groups) {
        groups.entrySet().forEach(this::add);
        Map<String, Tally> totals = new TreeMap<>();
        groups.forEach((group, tally) -> totals.merge(group.outcome(), tally, Tally::plus));
        totals.forEach(this::addTotal);
    }

    private void addTotal(String outcome, Tally tally) {
        addTo(
                "update cache_total set asked = asked + ?, bytes = bytes + ?, exec_ms = exec_ms + ? where outcome = ?",
                "insert into cache_total (asked, bytes, exec_ms, outcome) values (?, ?, ?, ?)",
                tally.asked(), tally.bytes(), tally.execMs(), outcome);
    }

    private void add(Map.Entry<Group, Tally> counted) {
        Group group = counted.getKey();
        Tally tally = counted.getValue();
        addTo(
                "update cache_use set asked = asked + ?, bytes = bytes + ?, exec_ms = exec_ms + ?"
                        + " where repository_id = ? and hour_at = ? and scope = ? and instruction = ? and outcome = ?",
                "insert into cache_use (asked, bytes, exec_ms, repository_id, hour_at, scope, instruction, outcome)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?)",
                tally.asked(), tally.bytes(), tally.execMs(),
                group.repositoryId(), at(group.hour()), group.scope(), group.operation(), group.outcome());
    }

    /** Writes some sums of what came from other repositories. */
    @Transactional
    @Retryable(includes = TransientDataAccessException.class, delay = 10, jitter = 10, multiplier = 4)
    void writeOrigins(SortedMap<Borrowed, Tally> origins) {
        origins.forEach((origin, tally) -> addTo(
                "update cache_origin set asked = asked + ?, bytes = bytes + ?, exec_ms = exec_ms + ?"
                        + " where repository_id = ? and hour_at = ? and origin_id = ?",
                "insert into cache_origin (asked, bytes, exec_ms, repository_id, hour_at, origin_id)"
                        + " values (?, ?, ?, ?, ?, ?)",
                tally.asked(), tally.bytes(), tally.execMs(),
                origin.repositoryId(), at(origin.hour()), origin.originId()));
    }

    /** One thread at a time writes these here; another process may come between the two. */
    private void addTo(String update, String insert, Object... parameters) {
        if (jdbc.update(update, parameters) == 0 && jdbc.update(insert + " on conflict do nothing", parameters) == 0) {
            jdbc.update(update, parameters);
        }
    }

    /** A sum. */
    record Sum(String group, String outcome, Tally tally) {}

    /**
     * What was counted in a repository since then, by group.
     *
     * @param column what is summed up by: scope or instruction; nothing where empty
     * @param after the group after which to begin
     * @param limit of the groups, of which there are the first ones
     */
    SortedMap<String, List<Sum>> sums(
            long repositoryId, Instant since, Optional<String> column, String after, int limit) {
        NavigableMap<String, List<Sum>> groups = new TreeMap<>();
        jdbc.query(
                "select " + column.orElse("''") + ", outcome, sum(asked), sum(bytes), sum(exec_ms) from cache_use"
                        + " where repository_id = ? and hour_at >= ?"
                        + " group by " + column.map(name -> name + ", outcome").orElse("outcome"),
                row -> {
                    Sum sum = sum(row, 0);
                    if (column.isEmpty() || sum.group().compareTo(after) > 0) {
                        groups.computeIfAbsent(sum.group(), name -> new ArrayList<>()).add(sum);
                    }
                    if (groups.size() > limit) {
                        groups.pollLastEntry();
                    }
                },
                repositoryId,
                at(since));
        return groups;
    }

    /** What came into a repository from others since then, by their rows; those beyond the limit are counted together. */
    Map<Long, Tally> origins(long repositoryId, Instant since, int limit) {
        Map<Long, Tally> origins = new HashMap<>();
        jdbc.query(
                "select origin_id, sum(asked), sum(bytes), sum(exec_ms) from cache_origin"
                        + " where repository_id = ? and hour_at >= ?"
                        + " group by origin_id",
                row -> {
                    long origin = origins.size() < limit ? row.getLong(1) : Borrowed.SEVERAL;
                    origins.merge(origin, new Tally(row.getLong(2), row.getLong(3), row.getLong(4)), Tally::plus);
                },
                repositoryId,
                at(since));
        return origins;
    }

    /** What was counted since the beginning, of all repositories together. */
    List<Sum> totals() {
        return jdbc.query("select '', outcome, asked, bytes, exec_ms from cache_total", UseTable::sum);
    }

    /** Forgets what is too old to be asked for, a part at a time. */
    @Transactional
    int forget(Instant before, int limit) {
        return jdbc.update(
                "delete from cache_use where (repository_id, hour_at, scope, instruction, outcome) in ("
                        + "select repository_id, hour_at, scope, instruction, outcome from cache_use"
                        + " where hour_at < ? order by hour_at limit ?)",
                at(before),
                limit);
    }

    /** The same of what came from other repositories. */
    @Transactional
    int forgetOrigins(Instant before, int limit) {
        return jdbc.update(
                "delete from cache_origin where (repository_id, hour_at, origin_id) in ("
                        + "select repository_id, hour_at, origin_id from cache_origin"
                        + " where hour_at < ? order by hour_at limit ?)",
                at(before),
                limit);
    }

    private static Sum sum(ResultSet row, int number) throws SQLException {
        return new Sum(
                row.getString(1), row.getString(2), new Tally(row.getLong(3), row.getLong(4), row.getLong(5)));
    }
}
