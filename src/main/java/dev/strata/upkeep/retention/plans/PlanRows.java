package dev.strata.upkeep.retention.plans;

import static dev.strata.database.columns.ColumnTime.at;

import dev.strata.database.columns.ColumnCode;
import dev.strata.database.columns.ColumnText;
import dev.strata.database.columns.ColumnTime;
import dev.strata.registry.DeletionId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.stereotype.Component;

/** The statements on plans. */
@Component
public class PlanRows {

    private static final int NAME_WIDTH = 600;
    private static final String SELECT = "select id, made_at, made_by, until, wish, rules_key, rule_keys, by_itself, state,"
            + " progress, images, removals, stopped, bytes, blob_bytes, deletion, run_at, run_by, ended_at, removed, stayed,"
            + " removed_bytes, restored, not_restored from retention_plan";

    private final JdbcTemplate jdbc;

    PlanRows(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    long insert(Plan plan, DeletionId deletion, Instant forgetAt) {
        GeneratedKeyHolder key = new GeneratedKeyHolder();
        jdbc.update(
                connection -> {
                    PreparedStatement insert = connection.prepareStatement(
                            "insert into retention_plan (made_at, made_by, until, forget_at, wish, rules_key, rule_keys,"
                                    + " by_itself, state, progress, deletion) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                            new String[] {"id"});
                    Object[] values = {
                        at(plan.madeAt()),
                        ColumnText.of(plan.madeBy(), NAME_WIDTH),
                        at(plan.until()),
                        at(forgetAt),
                        plan.wish().toJson(),
                        plan.rulesKey(),
                        String.join(" ", plan.ruleKeys()),
                        plan.byItself(),
                        plan.state().column(),
                        plan.progress(),
                        deletion.toString()
                    };
                    for (int i = 0; i < values.length; i++) {
                        insert.setObject(i + 1, values[i]);
                    }
                    return insert;
                },
                key);
        return Objects.requireNonNull(key.getKey()).longValue();
    }

    public Optional<Plan> find(long id) {
        return jdbc.query(SELECT + " where id = ?", (row, n) -> read(row), id).stream().findFirst();
    }

    /** Those before one, the last first. */
    public List<Plan> before(long id, int limit) {
        return jdbc.query(SELECT + " where id < ? order by id desc limit ?", (row, n) -> read(row), id, limit);
    }

    /** Those that were run, before one; the last first. */
    public List<Plan> runsBefore(long id, int limit) {
        return jdbc.query(
                SELECT + " where run_at is not null and id < ? order by id desc limit ?", (row, n) -> read(row), id, limit);
    }

    /** When the last one was made that runs by itself. */
    public Optional<Instant> lastByItself() {
        return jdbc
                .query(
                        "select made_at from retention_plan where by_itself order by id desc limit 1",
                        (row, n) -> ColumnTime.read(row, 1))
                .stream()
                .findFirst();
    }

    /** Plans with which something is being done, and what: {@code plan}, {@code run} or {@code undo}. */
    public Map<Long, String> open() {
        Map<Long, String> open = new TreeMap<>();
        jdbc.query("select id, state from retention_plan where state in ('C', 'X', 'U')", row -> {
            open.put(row.getLong(1), switch (row.getString(2)) {
                case "C" -> "plan";
                case "X" -> "run";
                default -> "undo";
            });
        });
        return open;
    }

    List<Long> toForget(Instant now, int limit) {
        return jdbc.queryForList(
                "select id from retention_plan where forget_at < ? order by forget_at, id limit ?", Long.class, at(now), limit);
    }

    public void setProgress(long id, PlanState state, String progress) {
        jdbc.update("update retention_plan set state = ?, progress = ? where id = ?", state.column(), progress, id);
    }

    public void addImages(long id, long images, long removals, long stopped) {
        jdbc.update(
                "update retention_plan set images = images + ?, removals = removals + ?, stopped = stopped + ? where id = ?",
                images,
                removals,
                stopped,
                id);
    }

    public void addBytes(long id, long bytes, long blobBytes) {
        jdbc.update(
                "update retention_plan set bytes = bytes + ?, blob_bytes = blob_bytes + ? where id = ?",
                bytes,
                blobBytes,
                id);
    }

    /** Begins a run; says whether the plan was ready. */
    public boolean begin(long id, Instant now, String by, Instant forgetAt) {
        return jdbc.update(
                        "update retention_plan set state = 'X', progress = '', run_at = ?, run_by = ?, forget_at = ?"
                                + " where id = ? and state = 'R'",
                        at(now),
                        ColumnText.of(by, NAME_WIDTH),
                        at(forgetAt),
                        id)
                > 0;
    }

    /** Begins to take a run back; says whether it had ended. */
    public boolean beginToRestore(long id) {
        return jdbc.update("update retention_plan set state = 'U', progress = '' where id = ? and state = 'D'", id) > 0;
    }

    public void end(long id, Instant now) {
        jdbc.update("update retention_plan set state = 'D', progress = '', ended_at = ? where id = ?", at(now), id);
    }

    public void addOutcome(long id, long removed, long stayed, long bytes) {
        jdbc.update(
                "update retention_plan set removed = removed + ?, stayed = stayed + ?, removed_bytes = removed_bytes + ?"
                        + " where id = ?",
                removed,
                stayed,
                bytes,
                id);
    }

    public void addRestored(long id, long restored, long notRestored) {
        jdbc.update(
                "update retention_plan set restored = restored + ?, not_restored = not_restored + ? where id = ?",
                restored,
                notRestored,
                id);
    }

    private static Plan read(ResultSet row) throws SQLException {
        Optional<Instant> runAt = ColumnTime.find(row, 17);
        return new Plan(
                row.getLong(1),
                ColumnTime.read(row, 2),
                row.getString(3),
                ColumnTime.read(row, 4),
                Wish.ofJson(row.getString(5)),
                row.getString(6),
                row.getString(7).isEmpty() ? List.of() : List.of(row.getString(7).split(" ")),
                row.getBoolean(8),
                ColumnCode.of(PlanState.class, row.getString(9)),
                row.getString(10),
                new Plan.Totals(row.getLong(11), row.getLong(12), row.getLong(13), row.getLong(14), row.getLong(15)),
                runAt.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Plan.Run(
                                DeletionId.of(row.getString(16)),
                                runAt.get(),
                                row.getString(18),
                                ColumnTime.find(row, 19),
                                row.getLong(20),
                                row.getLong(21),
                                row.getLong(22),
                                row.getLong(23),
                                row.getLong(24))));
    }
}
