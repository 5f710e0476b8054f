package dev.strata.cache.lookup;

import dev.strata.cache.ReadPolicy;
import dev.strata.cache.Scope;
import dev.strata.cache.entries.EntriesElsewhere;
import dev.strata.cache.entries.EntryReads;
import dev.strata.cache.entries.FoundEntry;
import dev.strata.cache.entries.MissReason;
import dev.strata.cache.uses.Uses;
import dev.strata.oci.RepositoryName;
import dev.strata.step.StepKey;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** What a repository has of a step, or another one that shares with it. */
@Component
class Verdicts {

    private final EntryReads table;
    private final EntriesElsewhere elsewhere;
    private final Judgement judgement;
    private final NeighbourEntries neighbours;
    private final Uses uses;

    Verdicts(
            EntryReads table,
            EntriesElsewhere elsewhere,
            Judgement judgement,
            NeighbourEntries neighbours,
            Uses uses) {
        this.table = table;
        this.elsewhere = elsewhere;
        this.judgement = judgement;
        this.neighbours = neighbours;
        this.uses = uses;
    }

    /** @param repositoryId empty where the repository has nothing at all */
    Judgement.Verdict of(Optional<Long> repositoryId, StepKey key, ReadPolicy policy) {
        List<FoundEntry> own = repositoryId.isEmpty()
                ? List.of()
                : table.find(repositoryId.get(), key, policy.scopes());
        return neighbours.orElsewhere(
                judgement.judge(own, policy),
                repositoryId,
                policy,
                range -> elsewhere.find(key, range),
                found -> true);
    }

    /** Counts that a repository used an entry, which may be another one's. */
    void countHit(RepositoryName repository, Judgement.Verdict verdict) {
        FoundEntry row = verdict.row().orElseThrow();
        if (verdict.origin().isEmpty()) {
            uses.hit(row);
        } else {
            uses.hitElsewhere(table.repository(repository), row);
        }
    }

    /**
     * Counts a question of a repository.
     *
     * @param asked the first scope that was asked for
     * @param operation the instruction's keyword
     */
    void count(RepositoryName repository, Judgement.Verdict verdict, Scope asked, String operation) {
        switch (verdict.lookup()) {
            case Lookup.Hit hit -> countHit(repository, verdict);
            case Lookup.Miss(MissReason reason, var entry) ->
                table.repository(repository).ifPresent(id -> uses.miss(id, asked, operation, reason));
        }
    }
}
