package dev.strata.upkeep.retention.runs;

import dev.strata.database.durability.Durability;
import dev.strata.problem.RegistryException;
import dev.strata.upkeep.bin.Restores;
import dev.strata.upkeep.retention.planning.PlannedManifests;
import dev.strata.upkeep.retention.plans.Plan;
import dev.strata.upkeep.retention.plans.PlanRows;
import dev.strata.upkeep.retention.plans.PlanState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes back what a run removed, some images at a time. What cannot come back keeps nothing else from it. */
@Component
class Undoing {

    private static final Logger log = LoggerFactory.getLogger(Undoing.class);

    private static final int AT_ONCE = 10;
    private static final int LONGEST_REASON = 150;
    private static final Duration PIECE = Duration.ofMillis(500);

    private final PlanRows plans;
    private final RunTable table;
    private final PlannedManifests manifests;
    private final Restores restores;
    private final Durability durability;
    private final TransactionTemplate transactions;

    Undoing(
            PlanRows plans,
            RunTable table,
            PlannedManifests manifests,
            Restores restores,
            Durability durability,
            PlatformTransactionManager transactions) {
        this.plans = plans;
        this.table = table;
        this.manifests = manifests;
        this.restores = restores;
        this.durability = durability;
        this.transactions = new TransactionTemplate(transactions);
        this.transactions.setName("note what was taken back of a retention");
    }

    /** Does the next piece, and says whether there is more. */
    boolean goOn(long planId) {
        Optional<Plan> plan = plans.find(planId).filter(found -> found.state() == PlanState.RESTORING);
        if (plan.isEmpty()) {
            return false;
        }
        if (plan.get().progress().isEmpty()) {
            durability.checkpoint(); // else a crash could take back that anything was taken back
        }
        long end = System.nanoTime() + PIECE.toNanos();
        long after = plan.get().progress().isEmpty() ? 0 : Long.parseLong(plan.get().progress());
        while (System.nanoTime() < end) {
            List<RunTable.Going> some = table.going(planId, after, AT_ONCE);
            for (RunTable.Going image : some) {
                if (image.isGone()) {
                    restore(plan.get(), image);
                }
                after = image.id();
                long now = after;
                transactions.executeWithoutResult(
                        status -> plans.setProgress(planId, PlanState.RESTORING, String.valueOf(now)));
            }
            if (some.size() < AT_ONCE) {
                transactions.executeWithoutResult(status -> plans.setProgress(planId, PlanState.RESTORED, ""));
                log.info("The run of the retention plan {} was taken back", planId);
                return false;
            }
        }
        return true;
    }

    private void restore(Plan plan, RunTable.Going image) {
        boolean isBack = false;
        String reason = "taken back";
        try {
            // It can be back already: somebody asked for it alone, or a crash took the note of that.
            isBack = restores.restore(plan.run().orElseThrow().deletionOf(image.id())) > 0
                    || manifests.find(image.repositoryId(), image.digest()).isPresent();
            if (!isBack) {
                reason = "it is no longer kept";
            }
        } catch (RegistryException e) {
            reason = "it cannot be taken back: " + e.getMessage();
        }
        boolean came = isBack;
        String told = reason.substring(0, Math.min(LONGEST_REASON, reason.length()));
        transactions.executeWithoutResult(status -> {
            table.setOutcome(image.id(), RunTable.DELETED, told);
            plans.addRestored(plan.id(), came ? 1 : 0, came ? 0 : 1);
        });
    }
}
