package dev.strata.cache.lookup;

import dev.strata.cache.Neighbours;
import dev.strata.cache.ReadPolicy;
import dev.strata.cache.Scope;
import dev.strata.cache.entries.EntriesElsewhere.Elsewhere;
import dev.strata.cache.entries.EntriesElsewhere.Range;
import dev.strata.cache.entries.EntryState;
import dev.strata.cache.entries.FoundEntry;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Looks in other repositories for what the own one does not have. */
@Component
class NeighbourEntries {

    /** Of each scope and state. That an entry is not among them costs a run of its step, and nothing else. */
    private static final int MOST_LOOKED_AT = 50;

    /** The order in which they are looked at: what can be served, then what will be. */
    private static final List<EntryState> STATES = List.of(EntryState.VERIFIED, EntryState.UNVERIFIED);

    private final Judgement judgement;

    NeighbourEntries(Judgement judgement) {
        this.judgement = judgement;
    }

    /**
     * The verdict on what another repository has, where that is better.
     *
     * @param own the verdict on what the own repository has
     * @param asking the row of the own repository, as far as it has one
     * @param entries reads a range of entries
     * @param fits whether one of them is about the step; asked of those that may be read
     */
    Judgement.Verdict orElsewhere(
            Judgement.Verdict own,
            Optional<Long> asking,
            ReadPolicy policy,
            Function<Range, List<Elsewhere>> entries,
            Predicate<Elsewhere> fits) {
        if (own.lookup() instanceof Lookup.Hit || policy.sharedScopes().isEmpty()) {
            return own;
        }
        Neighbours neighbours = policy.neighbours();
        if (neighbours.areNone()) {
            return own;
        }
        Optional<FoundEntry> pending = own.pending();
        for (Scope scope : policy.sharedScopes()) {
            for (EntryState state : STATES) {
                Range range = new Range(asking, scope, state, neighbours.namespace(), MOST_LOOKED_AT);
                Stream<Elsewhere> found = entries.apply(range).stream()
                        .filter(each -> neighbours.include(each.repository()))
                        .filter(fits);
                Judgement.Verdict verdict = judgement.judgeElsewhere(found, policy);
                if (verdict.lookup() instanceof Lookup.Hit) {
                    return verdict;
                }
                pending = pending.or(verdict::pending);
            }
        }
        return own.withPending(pending);
    }
}
