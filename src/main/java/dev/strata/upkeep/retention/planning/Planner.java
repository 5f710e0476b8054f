package dev.strata.upkeep.retention.planning;

import dev.strata.upkeep.retention.plans.Plan;
import dev.strata.upkeep.retention.plans.PlanRows;
import dev.strata.upkeep.retention.plans.PlanState;
import dev.strata.upkeep.retention.plans.RuleSet;
import dev.strata.upkeep.retention.rules.RetentionRule;
import dev.strata.upkeep.retention.rules.RetentionRules;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes plans, a piece at a time. How far one has come is written in the transaction of the piece, so that nothing is
 * counted twice.
 */
@Component
public class Planner {

    /** Many steps make a piece, until this is over. */
    private static final Duration PIECE = Duration.ofMillis(40);

    private static final int AT_ONCE = 20;

    private final PlanRows plans;
    private final PlannedManifests manifests;
    private final ImageTable images;
    private final Members members;
    private final Decisions decisions;
    private final Budgets budgets;
    private final Settlement settlement;
    private final FreedBytes bytes;
    private final RetentionRules rules;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;

    Planner(
            PlanRows plans,
            PlannedManifests manifests,
            ImageTable images,
            Members members,
            Decisions decisions,
            Budgets budgets,
            Settlement settlement,
            FreedBytes bytes,
            RetentionRules rules,
            JdbcTemplate jdbc,
            PlatformTransactionManager transactions) {
        this.plans = plans;
        this.manifests = manifests;
        this.images = images;
        this.members = members;
        this.decisions = decisions;
        this.budgets = budgets;
        this.settlement = settlement;
        this.bytes = bytes;
        this.rules = rules;
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactions);
        this.transactions.setName("plan a retention");
    }

    /** Does the next piece, and says whether there is more. */
    public boolean goOn(long planId) {
        List<RetentionRule> now = rules.all();
        Boolean more = transactions.execute(status -> {
            Optional<Plan> plan = plans.find(planId).filter(found -> found.state() == PlanState.COUNTING);
            if (plan.isEmpty()) {
                return false;
            }
            if (!RuleSet.key(now).equals(plan.get().rulesKey())) {
                plans.setProgress(planId, PlanState.OUTDATED, "");
                return false;
            }
            return piece(plan.get(), new RuleSet(now, Set.copyOf(plan.get().ruleKeys())));
        });
        return Boolean.TRUE.equals(more);
    }

    private boolean piece(Plan plan, RuleSet all) {
        long end = System.nanoTime() + PIECE.toNanos();
        At at = At.of(plan.progress());
        do {
            at = step(plan, at, all);
        } while (at.stage() != At.Stage.READY && System.nanoTime() < end);
        boolean isReady = at.stage() == At.Stage.READY;
        plans.setProgress(plan.id(), isReady ? PlanState.READY : PlanState.COUNTING, isReady ? "" : at.text());
        return !isReady;
    }

    private At step(Plan plan, At at, RuleSet all) {
        return switch (at.stage()) {
            case FIND -> find(plan, at, all);
            case SCAN -> scan(plan, at);
            case MEMBERS -> members.next(plan, at);
            case DECIDE -> decisions.next(plan, at, all);
            case BUDGET -> budgets.next(plan, at, all);
            case SETTLE -> settlement.settle(plan, at);
            case CAP -> settlement.cap(plan, at);
            case STAYING -> settlement.staying(plan, at);
            case GOING -> bytes.going(plan, at);
            case BYTES -> bytes.bytes(plan, at);
            case READY -> at;
        };
    }

    private record Named(long id, String name) {}

    /** The next repository where a rule may remove something. */
    private At find(Plan plan, At at, RuleSet all) {
        List<Named> some = jdbc.query(
                "select id, name from repository where name > ? order by name limit ?",
                (row, n) -> new Named(row.getLong(1), row.getString(2)),
                at.repository(),
                AT_ONCE);
        for (Named repository : some) {
            if (plan.wish().includes(repository.name()) && all.removeFrom(repository.name())) {
                images.insertRepository(plan.id(), repository.id(), repository.name());
                return at.in(repository.id(), repository.name()).to(At.Stage.SCAN);
            }
        }
        return some.size() < AT_ONCE
                ? at.to(At.Stage.GOING)
                : at.in(some.getLast().id(), some.getLast().name());
    }

    /** Finds the images of a repository; {@code a} is the last manifest that was looked at. */
    private At scan(Plan plan, At at) {
        List<PlannedManifests.Linked> some = manifests.after(at.repositoryId(), at.a(), AT_ONCE);
        some.stream()
                .filter(manifest -> manifests.isImage(at.repositoryId(), manifest))
                .forEach(manifest -> images.insert(plan.id(), at.repositoryId(), manifest));
        return some.size() < AT_ONCE ? at.to(At.Stage.MEMBERS) : at.with(some.getLast().id(), 0, 0, 0);
    }
}
