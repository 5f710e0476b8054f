package dev.strata.cache.leases;

import dev.strata.cache.Scope;
import dev.strata.cache.leases.Leases.Slot;
import dev.strata.oci.Digest;
import dev.strata.step.StepKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * In the database of several processes, by its clock. A step has two places, for its holder and for one other beside it: the
 * constraint of the table, and no lock, sees to it that each is taken once.
 */
final class SharedLeases implements LeaseBook {

    private static final int SWEPT_AT_ONCE = 1_000;
    private static final String OF_STEP = " where repository_id = ? and step_key = ? and scope = ? and place is not null";
    private static final String LIVES = " and place is not null and ends_at > current_timestamp";
    private static final String LEFT = "cast(extract(epoch from ends_at - current_timestamp) * 1000 as bigint)";
    private static final String RAN = "cast(extract(epoch from current_timestamp - granted_at) * 1000 as bigint)";
    private static final String LATER = "current_timestamp + cast(? as double precision) * interval '0.001' second";

    private final Expiry expiry;
    private final JdbcTemplate jdbc;
    /** As of the last sweep: more or less is no harm. */
    private volatile boolean isFull;

    SharedLeases(Expiry expiry, JdbcTemplate jdbc) {
        this.expiry = expiry;
        this.jdbc = jdbc;
    }

    /** A lease of a step, as it stands. */
    private record Row(long fence, int place, Duration left, Duration ran, Optional<Duration> usual) {}

    @Override
    public Optional<HeldLease> take(Slot slot, Duration ttl, Optional<Duration> usual) {
        List<Row> rows = rows(slot);
        if (isFull || !rows.isEmpty() && !step(rows).mayHedge()) {
            return Optional.empty();
        }
        boolean isHedge = !rows.isEmpty();
        int place = isHedge ? 3 - rows.getFirst().place() : 1;
        String id = UUID.randomUUID().toString();
        return jdbc
                .query(
                        "insert into cache_lease (id, repository_id, step_key, scope, place, hedge, ttl_ms, usual_ms,"
                                + " granted_at, ends_at) values (?, ?, ?, ?, ?, ?, ?, ?, current_timestamp, " + LATER + ")"
                                + " on conflict do nothing returning fence",
                        (row, number) -> new HeldLease(id, slot, row.getLong(1), isHedge, ttl),
                        id,
                        slot.repositoryId(),
                        slot.key().digest().bytes(),
                        slot.scope().name(),
                        place,
                        isHedge,
                        ttl.toMillis(),
                        usual.map(Duration::toMillis).orElse(null),
                        ttl.toMillis())
                .stream()
                .findFirst();
    }

    @Override
    public Optional<RunningStep> find(Slot slot) {
        return Optional.of(rows(slot)).filter(rows -> !rows.isEmpty()).map(SharedLeases::step);
    }

    private static RunningStep step(List<Row> rows) {
        Row first = rows.getFirst();
        return new RunningStep(
                first.fence(),
                first.left(), rows.size() > 1 ? Optional.empty() : RunningStep.untilHedge(first.usual(), first.ran()));
    }

    @Override
    public List<Slot> findAnywhere(Scope scope, StepKey key, int limit) {
        return jdbc.query(
                "select repository_id from cache_lease where step_key = ? and scope = ?" + LIVES + " limit ?",
                (row, number) -> new Slot(row.getLong(1), scope, key),
                key.digest().bytes(),
                scope.name(),
                limit);
    }

    /** The leases of a step, the oldest first. Those that have expired are ended. */
    private List<Row> rows(Slot slot) {
        List<Row> rows = jdbc.query(
                "select fence, place, " + LEFT + ", " + RAN + ", usual_ms from cache_lease" + OF_STEP + " order by fence",
                (row, number) -> new Row(
                        row.getLong(1),
                        row.getInt(2),
                        Duration.ofMillis(row.getLong(3)),
                        Duration.ofMillis(row.getLong(4)),
                        Optional.ofNullable(row.getObject(5, Long.class)).map(Duration::ofMillis)),
                places(slot));
        if (rows.stream().allMatch(row -> row.left().isPositive())) {
            return rows;
        }
        int ended = jdbc.update(
                "update cache_lease set place = null" + OF_STEP + " and ends_at <= current_timestamp", places(slot));
        for (int i = 0; i < ended; i++) {
            expiry.expired(slot);
        }
        return rows.stream().filter(row -> row.left().isPositive()).toList();
    }

    private static Object[] places(Slot slot) {
        return new Object[] {slot.repositoryId(), slot.key().digest().bytes(), slot.scope().name()};
    }

    @Override
    public Optional<HeldLease> find(long repositoryId, String id) {
        return lease(
                "select id, repository_id, step_key, scope, fence, hedge, " + LEFT
                        + " from cache_lease where repository_id = ? and id = ?" + LIVES,
                repositoryId,
                id);
    }

    @Override
    public Optional<HeldLease> renew(HeldLease lease, Optional<Duration> ttl) {
        Long newTtl = ttl.map(Duration::toMillis).orElse(null);
        return lease(
                "update cache_lease set ttl_ms = coalesce(cast(? as bigint), ttl_ms), ends_at = current_timestamp"
                        + " + coalesce(cast(? as bigint), ttl_ms) * interval '0.001' second where id = ?" + LIVES
                        + " returning id, repository_id, step_key, scope, fence, hedge, " + LEFT,
                newTtl,
                newTtl,
                lease.id());
    }

    private Optional<HeldLease> lease(String sql, Object... parameters) {
        return jdbc
                .query(
                        sql,
                        (row, number) -> new HeldLease(
                                row.getString(1),
                                slot(row, 2),
                                row.getLong(5),
                                row.getBoolean(6),
                                Duration.ofMillis(row.getLong(7))),
                        parameters)
                .stream()
                .findFirst();
    }

    private static Slot slot(ResultSet row, int first) throws SQLException {
        return new Slot(
                row.getLong(first),
                Scope.of(row.getString(first + 2)),
                new StepKey(Digest.ofBytes(row.getBytes(first + 1))));
    }

    @Override
    public void end(HeldLease lease) {
        jdbc.update("delete from cache_lease where id = ?" + LIVES, lease.id());
    }

    @Override
    public boolean finish(Slot slot) {
        return jdbc.update("delete from cache_lease" + OF_STEP, places(slot)) > 0;
    }

    @Override
    public boolean isSuperseded(String id) {
        return !jdbc.queryForList(
                        "select o.id from cache_lease o where o.id = ? and (o.place is null or o.ends_at <= current_timestamp)"
                                + " and exists (select 1 from cache_lease l where l.repository_id = o.repository_id"
                                + " and l.step_key = o.step_key and l.scope = o.scope and l.place is not null"
                                + " and l.ends_at > current_timestamp)",
                        String.class,
                        id)
                .isEmpty();
    }

    @Override
    public boolean isAnyRun(long repositoryId) {
        return !jdbc.queryForList(
                        "select id from cache_lease where repository_id = ?" + LIVES + " limit 1", String.class, repositoryId)
                .isEmpty();
    }

    @Override
    public void sweep() {
        jdbc.query(
                        "update cache_lease set place = null where id in (select id from cache_lease"
                                + " where place is not null and ends_at <= current_timestamp order by ends_at limit ?)"
                                + " and place is not null returning repository_id, step_key, scope",
                        (row, number) -> slot(row, 1),
                        SWEPT_AT_ONCE)
                .forEach(expiry::expired);
        jdbc.update(
                "delete from cache_lease where id in (select id from cache_lease where place is null"
                        + " and ends_at < current_timestamp - interval '1' day order by ends_at limit ?)",
                SWEPT_AT_ONCE);
        Long count = jdbc.queryForObject(
                "select count(*) from (select id from cache_lease where place is not null limit ?) held",
                Long.class,
                Leases.MOST);
        isFull = count != null && count >= Leases.MOST;
    }
}
