package dev.strata.cache.lookup;

import dev.strata.cache.contents.ContentOutline;
import dev.strata.cache.entries.Entry;
import dev.strata.cache.entries.EntryReads;
import dev.strata.cache.entries.Instructions;
import dev.strata.cache.entries.MissReason;
import dev.strata.cache.layerfiles.CopiedFiles;
import dev.strata.cache.layerfiles.ReadLimit;
import dev.strata.cache.layerfiles.StageContents;
import dev.strata.cache.leases.GrantedLease;
import dev.strata.cache.leases.Leases;
import dev.strata.cache.leases.PendingVerifications;
import dev.strata.cache.uses.Uses;
import dev.strata.oci.Digest;
import dev.strata.step.Content;
import dev.strata.step.Operation;
import dev.strata.step.Step;
import dev.strata.step.StepKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Looks one step of a Dockerfile up. */
@Component
class StepLookup {

    private final EntryReads table;
    private final Verdicts verdicts;
    private final PromisedLayers promised;
    private final Nearest nearest;
    private final NotTakenEntries notTaken;
    private final Leases leases;
    private final NeighbourLeases neighbours;
    private final PendingVerifications verifications;
    private final Uses uses;
    private final StageContents contents;

    StepLookup(
            EntryReads table,
            Verdicts verdicts,
            PromisedLayers promised,
            Nearest nearest,
            NotTakenEntries notTaken,
            Leases leases,
            NeighbourLeases neighbours,
            PendingVerifications verifications,
            Uses uses,
            StageContents contents) {
        this.table = table;
        this.verdicts = verdicts;
        this.promised = promised;
        this.nearest = nearest;
        this.notTaken = notTaken;
        this.leases = leases;
        this.neighbours = neighbours;
        this.verifications = verifications;
        this.uses = uses;
        this.contents = contents;
    }

    /**
     * Which look-up it is.
     *
     * @param counts whether it is one of a build
     * @param limit how much of the layers' tables may still be read for it
     */
    record Context(ResolveRequest request, boolean counts, ReadLimit limit) {}

    /**
     * Which step it is.
     *
     * @param isFirst whether it stands on the base of its stage
     * @param request what the caller said of it
     * @param copiedFrom the diff IDs of the stage that it copies from, the lowest first; none where it copies from none
     */
    record Asked(Step step, boolean isFirst, ResolveRequest.StepRequest request, List<Digest> copiedFrom) {

        /** What it copies from the stage, as far as that has a name. */
        Optional<StageContents.Question> copied(long repositoryId) {
            return !copiedFrom.isEmpty()
                            && step.operation() instanceof Operation.Copy copy
                            && copy.content() instanceof Content.OfStage(var stage, List<String> paths)
                    ? Optional.of(new StageContents.Question(repositoryId, copiedFrom, paths))
                    : Optional.empty();
        }
    }

    /** Says what is known of a step. */
    StageAnswer.Step look(Context context, Asked asked) {
        ResolveRequest request = context.request();
        Step step = asked.step();
        StepKey key = step.key();
        // A step before this one may have made the repository, by a layer that came from elsewhere.
        Optional<Long> repositoryId = table.repository(request.repository());
        Judgement.Verdict byChain = judge(context, repositoryId, key);
        Judgement.Verdict verdict = byChain.lookup() instanceof Lookup.Hit
                ? byChain
                : byContent(context, repositoryId, asked).orElse(byChain);
        return switch (verdict.lookup()) {
            case Lookup.Hit(Entry entry, var origin) -> {
                if (context.counts()) {
                    verdicts.countHit(request.repository(), verdict);
                }
                yield new StageAnswer.Step.Hit(entry, origin);
            }
            case Lookup.Miss miss -> {
                Nearest.Missed missed = new Nearest.Missed(
                        step, key, asked.isFirst(), asked.request(), () -> outline(context, repositoryId, asked));
                ExplainedMiss why = explain(context, repositoryId, missed, miss);
                if (context.counts()) {
                    repositoryId.ifPresent(id ->
                            uses.miss(id, request.scope(), Instructions.name(step.operation()), why.reason()));
                }
                yield verdict.pending().isEmpty() && context.counts() && request.leaseTtl().isPresent()
                        ? lease(context, repositoryId, key, why)
                        : new StageAnswer.Step.Miss(Optional.of(key), why, Optional.empty(), untilVerified(verdict));
            }
        };
    }

    /** The hit that a step has that copied the same from another stage. */
    private Optional<Judgement.Verdict> byContent(Context context, Optional<Long> repositoryId, Asked asked) {
        return repositoryId
                .flatMap(asked::copied)
                .flatMap(copied -> contents.digest(copied, context.limit()))
                .map(content -> judge(context, repositoryId, asked.step().copying(content).key()))
                .filter(verdict -> verdict.lookup() instanceof Lookup.Hit);
    }

    private Optional<ContentOutline> outline(Context context, Optional<Long> repositoryId, Asked asked) {
        return asked.request()
                .files()
                .map(ContentOutline::of)
                .or(() -> repositoryId
                        .flatMap(asked::copied)
                        .flatMap(copied -> contents.find(copied, context.limit()))
                        .map(CopiedFiles::outline));
    }

    private ExplainedMiss explain(
            Context context, Optional<Long> repositoryId, Nearest.Missed missed, Lookup.Miss miss) {
        ExplainedMiss why = repositoryId
                .map(id -> nearest.explain(id, missed, miss))
                .orElse(ExplainedMiss.of(MissReason.NEVER_SEEN));
        return context.counts()
                ? why
                : why.with(notTaken.find(missed.key(), repositoryId, context.request().policy()));
    }

    private Judgement.Verdict judge(Context context, Optional<Long> repositoryId, StepKey key) {
        Judgement.Verdict verdict = verdicts.of(repositoryId, key, context.request().policy());
        return context.counts() ? promised.keep(context.request().repository(), verdict) : verdict;
    }

    /** The step, for who is about to run it, unless somebody else runs it already or has just done so. */
    private StageAnswer.Step lease(Context context, Optional<Long> repositoryId, StepKey key, ExplainedMiss why) {
        ResolveRequest request = context.request();
        Optional<Duration> elsewhere = neighbours.left(key, request.scope(), request.policy());
        Optional<Leases.Slot> slot = repositoryId.map(id -> new Leases.Slot(id, request.scope(), key));
        if (elsewhere.isPresent() || slot.isEmpty()) {
            return new StageAnswer.Step.Miss(Optional.of(key), why, Optional.empty(), elsewhere);
        }
        Optional<Duration> usual = why.nearest().map(Entry::execMs).filter(ms -> ms > 0).map(Duration::ofMillis);
        Optional<GrantedLease> lease = request.mayWrite()
                ? leases.take(slot.get(), request.leaseTtl().orElseThrow(), usual)
                : Optional.empty();
        if (lease.isEmpty()) {
            return new StageAnswer.Step.Miss(Optional.of(key), why, lease, leases.left(slot.get()));
        }
        return afterTaking(context, slot.get(), why, lease.get());
    }

    /** Whoever had the step may have committed between the look and the lease, or somebody else taken it elsewhere. */
    private StageAnswer.Step afterTaking(Context context, Leases.Slot slot, ExplainedMiss why, GrantedLease lease) {
        ResolveRequest request = context.request();
        StepKey key = slot.key();
        Judgement.Verdict now = judge(context, Optional.of(slot.repositoryId()), key);
        boolean isHit = now.lookup() instanceof Lookup.Hit;
        boolean isTaken = !isHit && neighbours.isTakenBefore(key, slot.scope(), request.policy(), lease);
        if (!isHit && !isTaken && now.pending().isEmpty()) {
            return new StageAnswer.Step.Miss(Optional.of(key), why, Optional.of(lease), Optional.empty());
        }
        leases.giveBack(slot.repositoryId(), lease.id(), own -> true);
        return now.lookup() instanceof Lookup.Hit(Entry entry, var origin)
                ? new StageAnswer.Step.Hit(entry, origin)
                : new StageAnswer.Step.Miss(
                        Optional.of(key),
                        why,
                        Optional.empty(),
                        isTaken ? neighbours.left(key, slot.scope(), request.policy()) : untilVerified(now));
    }

    /** How long to wait for the verification of what another agent committed; empty where there is no such entry. */
    private Optional<Duration> untilVerified(Judgement.Verdict verdict) {
        return verdict.pending().flatMap(verifications::left);
    }

    /** Counts a step that is run afresh. */
    void bypass(Context context, Step step) {
        table.repository(context.request().repository())
                .filter(id -> context.counts())
                .ifPresent(id -> uses.bypass(
                        id, context.request().scope(), Instructions.name(step.operation())));
    }
}
