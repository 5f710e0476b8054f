package dev.strata.upkeep.retention.runs;

import dev.strata.access.rights.Glob;
import dev.strata.database.durability.Durability;
import dev.strata.database.work.WorkQueue;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.upkeep.RetentionProperties;
import dev.strata.upkeep.retention.plans.Plan;
import dev.strata.upkeep.retention.plans.PlanForgetting;
import dev.strata.upkeep.retention.plans.PlanRows;
import dev.strata.upkeep.retention.plans.PlanState;
import dev.strata.upkeep.retention.plans.Plans;
import dev.strata.upkeep.retention.rules.RetentionRule;
import dev.strata.upkeep.retention.rules.RetentionRules;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Begins plans, their runs and what is taken back of those: what people ask for, and what is done by itself. None of it is in
 * the journal: it is durable by a checkpoint before whoever asked is answered, and goes on after a crash.
 */
@Service
public class Runs {

    /** What was run is remembered for so long. */
    private static final Duration REMEMBERED = Duration.ofDays(30);

    private final Plans plans;
    private final PlanRows table;
    private final PlanForgetting forgetting;
    private final RetentionRules rules;
    private final RetentionProperties properties;
    private final WorkQueue queue;
    private final Durability durability;
    private final TransactionTemplate transactions;
    private final Clock clock;

    Runs(
            Plans plans,
            PlanRows table,
            PlanForgetting forgetting,
            RetentionRules rules,
            RetentionProperties properties,
            WorkQueue queue,
            Durability durability,
            PlatformTransactionManager transactions,
            Clock clock) {
        this.plans = plans;
        this.table = table;
        this.forgetting = forgetting;
        this.rules = rules;
        this.properties = properties;
        this.queue = queue;
        this.durability = durability;
        this.transactions = new TransactionTemplate(transactions);
        this.transactions.setName("begin a run of retention");
        this.clock = clock;
    }

    /**
     * Begins a plan for somebody who wants to see it.
     *
     * @param repositories patterns of repositories; none for all of them
     * @param which rules may remove something
     * @param cap how much of a repository's images may go, in percent
     */
    public Plan preview(List<Glob> repositories, Predicate<RetentionRule> which, OptionalInt cap, String by) {
        return begin(plans.begin(repositories, which, cap, false, by));
    }

    /** Whoever is told the plan's id finds it by that after a crash, and no other one. */
    private Plan begin(Plan plan) {
        queue.add(RetentionWork.NAME, "plan " + plan.id());
        durability.checkpoint();
        return plan;
    }

    /**
     * Begins to do what a plan says.
     *
     * @throws RegistryException PLAN_OUTDATED where it is not ready, was run already, is too old, or the rules have changed
     */
    public Plan run(Plan plan, String by) {
        Instant now = clock.instant();
        if (plan.state() != PlanState.READY || !plan.until().isAfter(now) || !plans.isCurrent(plan)) {
            throw outdated(plan);
        }
        begin(plan.id(), now, by);
        return table.find(plan.id()).orElse(plan);
    }

    private void begin(long planId, Instant now, String by) {
        transactions.executeWithoutResult(status -> {
            Plan plan = table.find(planId).orElseThrow();
            if (!table.begin(planId, now, by, now.plus(REMEMBERED))) {
                throw outdated(plan);
            }
            queue.add(RetentionWork.NAME, "run " + planId);
        });
        durability.checkpoint();
    }

    /** A plan is ready that nobody has to ask for. */
    void beginByItself(long planId) {
        table.find(planId)
                .filter(plan -> plan.byItself() && plan.state() == PlanState.READY)
                .ifPresent(plan -> begin(plan.id(), clock.instant(), ""));
    }

    /**
     * Begins to take a run back.
     *
     * @throws RegistryException PLAN_OUTDATED where it has not ended, or was taken back already
     */
    public Plan undo(Plan plan) {
        transactions.executeWithoutResult(status -> {
            if (!table.beginToRestore(plan.id())) {
                throw outdated(plan);
            }
            queue.add(RetentionWork.NAME, "undo " + plan.id());
        });
        durability.checkpoint();
        return table.find(plan.id()).orElse(plan);
    }

    private RegistryException outdated(Plan plan) {
        return new RegistryException(
                Problem.PLAN_OUTDATED,
                plan.until().isAfter(clock.instant())
                        ? "the plan is not in the state for that, or the rules have changed since it was made"
                        : "the plan is too old: make another one",
                Map.of("plan", plan.id(), "state", plan.state().name().toLowerCase(Locale.ROOT)));
    }

    /** Runs the rules that may run without anybody who asks for that, and forgets old plans. */
    @Scheduled(fixedDelayString = "PT1M", initialDelayString = "PT1M")
    void look() {
        if (!queue.isWorkedOnHere(RetentionWork.NAME)) {
            return;
        }
        // What a crash took from the queue.
        table.open().forEach((id, word) -> queue.add(RetentionWork.NAME, word + " " + id));
        if (forgetting.isDue()) {
            queue.add(RetentionWork.NAME, "forget");
        }
        Instant now = clock.instant();
        boolean isDue = !properties.retentionEvery().isZero()
                && table.lastByItself()
                        .map(last -> !last.plus(properties.retentionEvery()).isAfter(now))
                        .orElse(true);
        if (isDue && rules.all().stream().anyMatch(rule -> !rule.remove().isEmpty() && rules.mayRunByItself(rule))) {
            runAll();
        }
    }

    /** Does now what is done by itself once in a while. */
    Plan runAll() {
        return begin(plans.begin(List.of(), rules::mayRunByItself, OptionalInt.empty(), true, ""));
    }
}
