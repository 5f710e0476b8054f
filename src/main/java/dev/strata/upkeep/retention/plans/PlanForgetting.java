package dev.strata.upkeep.retention.plans;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Forgets plans whose time is over, a piece at a time. */
@Component
public class PlanForgetting {

    private static final int AT_ONCE = 200;

    private final PlanRows plans;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final Clock clock;

    PlanForgetting(PlanRows plans, JdbcTemplate jdbc, PlatformTransactionManager transactions, Clock clock) {
        this.plans = plans;
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactions);
        this.transactions.setName("forget plans of retention");
        this.clock = clock;
    }

    public boolean isDue() {
        return !plans.toForget(clock.instant(), 1).isEmpty();
    }

    /** Does the next piece, and says whether there may be more. */
    public boolean goOn() {
        Optional<Long> plan = plans.toForget(clock.instant(), 1).stream().findFirst();
        if (plan.isEmpty()) {
            return false;
        }
        transactions.executeWithoutResult(status -> {
            if (deleteKeys(plan.get(), "retention_object", "scope", "object_id")
                    && deleteKeys(plan.get(), "retention_going", "repository_id", "manifest_id")
                    && deleteRows(plan.get(), "retention_member", "repository_id, manifest_id")
                    && deleteRows(plan.get(), "retention_image", "id")
                    && deleteKeys(plan.get(), "retention_repository", "repository_id", "repository_id")) {
                jdbc.update("delete from retention_plan where id = ?", plan.get());
            }
        });
        return true;
    }

    /** Deletes some rows, and says whether those were all. */
    private boolean deleteRows(long planId, String table, String order) {
        List<Object[]> some = jdbc.query(
                "select id from " + table + " where plan_id = ? order by plan_id, " + order + " limit ?",
                (row, n) -> new Object[] {row.getLong(1)},
                planId,
                AT_ONCE);
        jdbc.batchUpdate("delete from " + table + " where id = ?", some);
        return some.size() < AT_ONCE;
    }

    /** The same for rows with a key of two columns beside the plan. */
    private boolean deleteKeys(long planId, String table, String first, String second) {
        List<Object[]> some = jdbc.query(
                "select " + first + ", " + second + " from " + table + " where plan_id = ? order by plan_id, " + first + ", "
                        + second + " limit ?",
                (row, n) -> new Object[] {planId, row.getLong(1), row.getLong(2)},
                planId,
                AT_ONCE);
        jdbc.batchUpdate(
                "delete from " + table + " where plan_id = ? and " + first + " = ? and " + second + " = ?", some);
        return some.size() < AT_ONCE;
    }
}
