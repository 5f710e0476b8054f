package dev.strata.cache.lookup;

import dev.strata.cache.ReadPolicy;
import dev.strata.cache.Scope;
import dev.strata.cache.entries.Entry;
import dev.strata.cache.entries.EntryReads;
import dev.strata.cache.entries.Instructions;
import dev.strata.cache.entries.MissReason;
import dev.strata.cache.leases.GrantedLease;
import dev.strata.cache.leases.Leases;
import dev.strata.cache.leases.PendingVerifications;
import dev.strata.cache.uses.Uses;
import dev.strata.step.Step;
import dev.strata.step.StepKey;
import java.time.Duration;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Looks one step of a Dockerfile up. */
@Component
class StepLookup {

    private final EntryReads table;
    private final Judgement judgement;
    private final PromisedLayers promised;
    private final Nearest nearest;
    private final Leases leases;
    private final PendingVerifications verifications;
    private final Uses uses;

    StepLookup(
            EntryReads table,
            Judgement judgement,
            PromisedLayers promised,
            Nearest nearest,
            Leases leases,
            PendingVerifications verifications,
            Uses uses) {
        this.table = table;
        this.judgement = judgement;
        this.promised = promised;
        this.nearest = nearest;
        this.leases = leases;
        this.verifications = verifications;
        this.uses = uses;
    }

    /**
     * Which look-up it is.
     *
     * @param repositoryId empty where the repository has nothing at all
     * @param counts whether it is one of a build
     */
    record Context(ResolveRequest request, Optional<Long> repositoryId, boolean counts) {}

    /**
     * Says what is known of a step.
     *
     * @param isFirst whether it stands on the base of its stage
     */
    StageAnswer.Step look(Context context, Step step, boolean isFirst, ResolveRequest.StepRequest asked) {
        StepKey key = step.key();
        if (context.repositoryId().isEmpty()) {
            return new StageAnswer.Step.Miss(
                    Optional.of(key), ExplainedMiss.of(MissReason.NEVER_SEEN), Optional.empty(), Optional.empty());
        }
        long repositoryId = context.repositoryId().get();
        Judgement.Verdict verdict = judge(context, repositoryId, key);
        Scope scope = context.request().scope();
        String operation = Instructions.name(step.operation());
        return switch (verdict.lookup()) {
            case Lookup.Hit(Entry entry) -> {
                if (context.counts()) {
                    uses.hit(verdict.row().orElseThrow());
                }
                yield new StageAnswer.Step.Hit(entry);
            }
            case Lookup.Miss miss -> {
                ExplainedMiss why = nearest.explain(
                        new Nearest.Missed(repositoryId, step, key, isFirst, asked), miss);
                if (context.counts()) {
                    uses.miss(repositoryId, scope, operation, why.reason());
                }
                yield verdict.pending().isEmpty()
                                && context.counts()
                                && context.request().leaseTtl().isPresent()
                        ? lease(context, repositoryId, key, why)
                        : new StageAnswer.Step.Miss(Optional.of(key), why, Optional.empty(), untilVerified(verdict));
            }
        };
    }

    private Judgement.Verdict judge(Context context, long repositoryId, StepKey key) {
        ReadPolicy policy = context.request().policy();
        Judgement.Verdict verdict = judgement.judge(table.find(repositoryId, key, policy.scopes()), policy);
        return context.counts() ? promised.keep(context.request().repository(), verdict) : verdict;
    }

    private StageAnswer.Step lease(Context context, long repositoryId, StepKey key, ExplainedMiss why) {
        Leases.Slot slot = new Leases.Slot(repositoryId, context.request().scope(), key);
        Optional<Duration> usual = why.nearest().map(Entry::execMs).filter(ms -> ms > 0).map(Duration::ofMillis);
        Optional<GrantedLease> lease = context.request().mayWrite()
                ? leases.take(slot, context.request().leaseTtl().orElseThrow(), usual)
                : Optional.empty();
        if (lease.isPresent()) {
            // Whoever had it may have committed between the look and the lease.
            Judgement.Verdict now = judge(context, repositoryId, key);
            if (now.lookup() instanceof Lookup.Hit(Entry entry)) {
                leases.giveBack(repositoryId, lease.get().id(), own -> true);
                return new StageAnswer.Step.Hit(entry);
            }
            if (now.pending().isPresent()) {
                leases.giveBack(repositoryId, lease.get().id(), own -> true);
                return new StageAnswer.Step.Miss(Optional.of(key), why, Optional.empty(), untilVerified(now));
            }
        }
        Optional<Duration> heldFor = lease.isPresent() ? Optional.empty() : leases.left(slot);
        return new StageAnswer.Step.Miss(Optional.of(key), why, lease, heldFor);
    }

    /** How long to wait for the verification of what another agent committed; empty where there is no such entry. */
    private Optional<Duration> untilVerified(Judgement.Verdict verdict) {
        return verdict.pending().flatMap(verifications::left);
    }

    /** Counts a step that is run afresh. */
    void bypass(Context context, Step step) {
        context.repositoryId()
                .filter(id -> context.counts())
                .ifPresent(id -> uses.bypass(
                        id, context.request().scope(), Instructions.name(step.operation())));
    }
}
