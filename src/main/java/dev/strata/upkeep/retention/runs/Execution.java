package dev.strata.upkeep.retention.runs;

import dev.strata.database.durability.Durability;
import dev.strata.registry.DeletionId;
import dev.strata.registry.deletions.PlannedDeletions;
import dev.strata.upkeep.retention.plans.Plan;
import dev.strata.upkeep.retention.plans.PlanRows;
import dev.strata.upkeep.retention.plans.PlanState;
import dev.strata.upkeep.retention.plans.Plans;
import dev.strata.upkeep.retention.uses.Pulls;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Removes the images of a plan, some at a time. What is a part of another image that goes waits for it: the images are gone
 * through again until nothing more goes.
 */
@Component
class Execution {

    private static final Logger log = LoggerFactory.getLogger(Execution.class);

    private static final int AT_ONCE = 10;
    private static final Duration PIECE = Duration.ofMillis(500);

    private final PlanRows plans;
    private final Plans all;
    private final RunTable table;
    private final Changes changes;
    private final PlannedDeletions deletions;
    private final Pulls pulls;
    private final Durability durability;
    private final Clock clock;
    private final TransactionTemplate transactions;
    private final Counter removed;
    private final Counter stayed;

    Execution(
            PlanRows plans,
            Plans all,
            RunTable table,
            Changes changes,
            PlannedDeletions deletions,
            Pulls pulls,
            Durability durability,
            Clock clock,
            PlatformTransactionManager transactions,
            MeterRegistry meters) {
        this.plans = plans;
        this.all = all;
        this.table = table;
        this.changes = changes;
        this.deletions = deletions;
        this.pulls = pulls;
        this.durability = durability;
        this.clock = clock;
        this.transactions = new TransactionTemplate(transactions);
        this.transactions.setName("note what became of images of a plan");
        this.removed = Counter.builder("strata.upkeep.retention.removed")
                .description("Images that rules of retention removed")
                .register(meters);
        this.stayed = Counter.builder("strata.upkeep.retention.stayed")
                .description("Images that were to be removed by rules of retention, and stayed since something had changed")
                .register(meters);
    }

    /**
     * How far a run has come.
     *
     * @param after the last image that was looked at
     * @param gone how many went in this round
     * @param postponed how many may go in another one
     */
    private record Progress(long after, long gone, long postponed) {

        static Progress of(String text) {
            if (text.isEmpty()) {
                return new Progress(0, 0, 0);
            }
            String[] parts = text.split(" ");
            return new Progress(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
        }

        String text() {
            return after + " " + gone + " " + postponed;
        }
    }

    /** Does the next piece, and says whether there is more. */
    boolean goOn(long planId) {
        Optional<Plan> found = plans.find(planId).filter(plan -> plan.state() == PlanState.RUNNING);
        if (found.isEmpty()) {
            return false;
        }
        Plan plan = found.get();
        if (plan.progress().isEmpty()) {
            durability.checkpoint(); // what a crash leaves of a run has to be known as the run's
        }
        pulls.flush();
        long end = System.nanoTime() + PIECE.toNanos();
        Progress progress = Progress.of(plan.progress());
        boolean isCurrent = all.isCurrent(plan);
        while (System.nanoTime() < end) {
            List<RunTable.Going> some = table.going(planId, progress.after(), AT_ONCE);
            for (RunTable.Going image : some) {
                progress = image.isOpen()
                        ? remove(plan, image, progress, isCurrent)
                        : new Progress(image.id(), progress.gone(), progress.postponed());
            }
            Progress now = progress;
            transactions.executeWithoutResult(status -> plans.setProgress(planId, PlanState.RUNNING, now.text()));
            if (some.size() < AT_ONCE) {
                return endRound(plan, progress);
            }
        }
        return true;
    }

    private boolean endRound(Plan plan, Progress progress) {
        boolean again = progress.gone() > 0 && progress.postponed() > 0;
        transactions.executeWithoutResult(status -> {
            if (again) {
                plans.setProgress(plan.id(), PlanState.RUNNING, "");
            } else {
                plans.addOutcome(plan.id(), 0, progress.postponed(), 0);
                plans.end(plan.id(), clock.instant());
            }
        });
        if (!again) {
            log.info("The retention plan {} was carried out", plan.id());
        }
        return again;
    }

    private Progress remove(Plan plan, RunTable.Going image, Progress progress, boolean isCurrent) {
        DeletionId deletion = plan.run().orElseThrow().deletionOf(image.id());
        AtomicReference<Changes.@Nullable Reason> reason = new AtomicReference<>();
        if (!isCurrent) {
            reason.set(new Changes.Reason("the rules have changed", false));
        } else {
            changes.find(image, plan.madeAt()).ifPresent(reason::set);
        }
        if (reason.get() == null) {
            PlannedDeletions.Outcome outcome = deletions.delete(image.repository(), image.digest(), deletion, () -> {
                Optional<Changes.Reason> now = changes.findQuickly(image, plan.madeAt());
                now.ifPresent(reason::set);
                return now.isEmpty();
            });
            switch (outcome) {
                case DELETED -> reason.set(null);
                case IMMUTABLE -> reason.set(new Changes.Reason("a tag is immutable", false));
                case NOT_THERE -> {
                    if (!table.isInBin(image.repositoryId(), image.manifestId(), deletion.toString())) {
                        reason.set(new Changes.Reason("somebody else deleted it", false));
                    }
                }
                case STAYED -> {} // it was said why
            }
        }
        note(plan, image, Optional.ofNullable(reason.get()));
        Changes.Reason why = reason.get();
        return new Progress(
                image.id(),
                progress.gone() + (why == null ? 1 : 0),
                progress.postponed() + (why != null && why.forNow() ? 1 : 0));
    }

    private void note(Plan plan, RunTable.Going image, Optional<Changes.Reason> reason) {
        transactions.executeWithoutResult(status -> {
            if (reason.isEmpty()) {
                table.setOutcome(image.id(), RunTable.DELETED, "");
                plans.addOutcome(plan.id(), 1, 0, image.bytes());
            } else {
                boolean forNow = reason.get().forNow();
                table.setOutcome(image.id(), forNow ? RunTable.POSTPONED : RunTable.STAYED, reason.get().text());
                plans.addOutcome(plan.id(), 0, forNow ? 0 : 1, 0);
            }
        });
        if (reason.isEmpty()) {
            removed.increment();
        } else if (!reason.get().forNow()) {
            stayed.increment();
        }
    }
}
