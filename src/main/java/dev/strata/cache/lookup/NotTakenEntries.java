package dev.strata.cache.lookup;

import dev.strata.cache.Neighbours;
import dev.strata.cache.ReadPolicy;
import dev.strata.cache.entries.EntriesElsewhere;
import dev.strata.cache.entries.EntriesElsewhere.Elsewhere;
import dev.strata.step.StepKey;
import java.util.Comparator;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Finds what other repositories have of a step that misses. Of repositories that the caller may not read it says nothing. */
@Component
class NotTakenEntries {

    private static final int MOST_LOOKED_AT = 50;

    private final EntriesElsewhere elsewhere;
    private final Judgement judgement;

    NotTakenEntries(EntriesElsewhere elsewhere, Judgement judgement) {
        this.elsewhere = elsewhere;
        this.judgement = judgement;
    }

    /**
     * Of those entries the one that comes nearest to being taken.
     *
     * @param asking the row of the own repository, as far as it has one
     */
    Optional<NotTaken> find(StepKey key, Optional<Long> asking, ReadPolicy policy) {
        Neighbours neighbours = policy.neighbours();
        return elsewhere.findAny(key, asking, MOST_LOOKED_AT).stream()
                .filter(found -> neighbours.mayRead(found.repository()))
                .map(found -> new NotTaken(
                        found.repository(), found.row().entry().scope(), why(found, neighbours, policy)))
                .min(Comparator.comparing(NotTaken::why));
    }

    private NotTaken.Why why(Elsewhere found, Neighbours neighbours, ReadPolicy policy) {
        if (!judgement.stands(found.row())) {
            return NotTaken.Why.GONE;
        }
        if (!neighbours.mayTake()) {
            return NotTaken.Why.MAY_NOT_PUSH;
        }
        if (!neighbours.include(found.repository())) {
            return NotTaken.Why.NOT_SHARED;
        }
        if (!policy.scopes().contains(found.row().entry().scope())) {
            return NotTaken.Why.SCOPE;
        }
        if (!policy.sharedScopes().contains(found.row().entry().scope())) {
            return NotTaken.Why.NOT_PROTECTED;
        }
        if (!Judgement.isVisible(found.row(), policy)) {
            return NotTaken.Why.HINT;
        }
        return judgement.isTooOld(found.row().entry(), policy) ? NotTaken.Why.TOO_OLD : NotTaken.Why.NOT_VERIFIED;
    }
}
