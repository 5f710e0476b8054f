package dev.strata.upkeep.retention.plans;

import dev.strata.access.rights.Glob;
import dev.strata.database.columns.ColumnCode;
import dev.strata.database.columns.ColumnTime;
import dev.strata.oci.Digest;
import dev.strata.registry.DeletionId;
import dev.strata.upkeep.RetentionProperties;
import dev.strata.upkeep.retention.rules.RetentionRule;
import dev.strata.upkeep.retention.rules.RetentionRules;
import dev.strata.upkeep.retention.uses.Pulls;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Plans as people ask for them and see them. */
@Service
public class Plans {

    /** How long one can be run. */
    private static final Duration GOOD_FOR = Duration.ofDays(1);

    /** What was never run is forgotten then. */
    private static final Duration REMEMBERED = Duration.ofDays(2);

    private final PlanRows table;
    private final RetentionRules rules;
    private final Pulls pulls;
    private final RetentionProperties properties;
    private final Supplier<DeletionId> ids;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final Clock clock;

    Plans(
            PlanRows table,
            RetentionRules rules,
            Pulls pulls,
            RetentionProperties properties,
            Supplier<DeletionId> ids,
            JdbcTemplate jdbc,
            PlatformTransactionManager transactions,
            Clock clock) {
        this.table = table;
        this.rules = rules;
        this.pulls = pulls;
        this.properties = properties;
        this.ids = ids;
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactions);
        this.transactions.setName("begin a plan of retention");
        this.clock = clock;
    }

    /**
     * Begins a plan; it is made in the background.
     *
     * @param repositories patterns of repositories; none for all of them
     * @param which rules may remove something; all of them keep
     * @param cap how much of a repository's images may go, in percent; as the settings say where it is open
     */
    public Plan begin(
            List<Glob> repositories, Predicate<RetentionRule> which, OptionalInt cap, boolean byItself, String by) {
        pulls.flush();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        List<RetentionRule> all = rules.all();
        Plan plan = new Plan(
                0,
                now,
                by,
                now.plus(GOOD_FOR),
                new Wish(repositories, cap.orElse(properties.retentionCap())),
                RuleSet.key(all),
                all.stream().filter(which).filter(rule -> !rule.remove().isEmpty()).map(RetentionRule::key).toList(),
                byItself,
                PlanState.COUNTING,
                "",
                new Plan.Totals(0, 0, 0, 0, 0),
                Optional.empty());
        pulls.planned(now);
        Long id = transactions.execute(status -> table.insert(plan, ids.get(), now.plus(REMEMBERED)));
        return table.find(id == null ? 0 : id).orElseThrow();
    }

    public Optional<Plan> find(long id) {
        return table.find(id);
    }

    /** The last ones, before one. */
    public List<Plan> before(long id, int limit) {
        return table.before(id, limit);
    }

    public List<Plan> runsBefore(long id, int limit) {
        return table.runsBefore(id, limit);
    }

    /** Whether the rules are still as they were. */
    public boolean isCurrent(Plan plan) {
        return RuleSet.key(rules.all()).equals(plan.rulesKey());
    }

    /** A repository where more would go than may. */
    public record Stopped(String repository, long images, long removals) {}

    /** The first of those repositories. */
    public List<Stopped> stopped(Plan plan, int limit) {
        return jdbc.query(
                "select name, images, removals from retention_repository where plan_id = ? and stopped"
                        + " order by plan_id, repository_id limit ?",
                (row, n) -> new Stopped(row.getString(1), row.getLong(2), row.getLong(3)),
                plan.id(),
                limit);
    }

    /** What was decided, as it is asked for. */
    public enum Decision {
        KEEP,
        REMOVE,
        STOPPED
    }

    /** Some images of a plan, of those of which this was decided, or of all of them. */
    public List<ListedImage> images(Plan plan, Optional<Decision> only, Optional<String> repository, long after, int limit) {
        StringBuilder where = new StringBuilder(" where i.plan_id = ?");
        StringBuilder order = new StringBuilder(" order by i.plan_id");
        List<Object> parameters = new ArrayList<>(List.of(plan.id()));
        repository.ifPresent(name -> {
            where.append(" and i.repository_id = (select r.id from repository r where r.name = ?)");
            order.append(", i.repository_id");
            parameters.add(name);
        });
        only.ifPresent(decision -> {
            where.append(switch (decision) {
                case KEEP -> " and i.decision in ('K', 'N')";
                case REMOVE -> " and i.decision = 'R'";
                case STOPPED -> " and i.decision = 'S'";
            });
            order.append(decision == Decision.KEEP ? "" : ", i.decision");
        });
        parameters.add(after);
        parameters.add(limit);
        return jdbc.query(
                "select i.id, (select r.name from retention_repository r where r.plan_id = i.plan_id"
                        + " and r.repository_id = i.repository_id), i.digest, i.tags, i.pushed_order, i.pulled_at, i.decision,"
                        + " i.rule_name, i.reason, i.bytes, i.outcome, i.outcome_reason from retention_image i" + where
                        + " and i.id > ?" + order + ", i.id limit ?",
                (row, n) -> new ListedImage(
                        row.getLong(1),
                        row.getString(2),
                        Digest.ofBytes(row.getBytes(3)),
                        row.getString(4).isEmpty() ? List.of() : List.of(row.getString(4).split(" ")),
                        Times.ofOrder(row.getLong(5)),
                        ColumnTime.find(row, 6),
                        new Verdict(
                                ColumnCode.of(Verdict.Kind.class, row.getString(7)), Optional.ofNullable(row.getString(8)), row.getString(9)),
                        row.getLong(10),
                        Optional.ofNullable(row.getString(11)).filter(code -> !code.equals("P")).map("D"::equals),
                        Optional.ofNullable(row.getString(12))),
                parameters.toArray());
    }
}
