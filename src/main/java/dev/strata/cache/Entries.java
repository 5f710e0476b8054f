package dev.strata.cache;

import dev.strata.oci.RepositoryName;
import dev.strata.step.StepKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Service;

/** What is known of steps: looked up by their keys. */
@Service
public class Entries {

    /** What a key alone does not tell. */
    private static final String UNKNOWN_OPERATION = "UNKNOWN";

    private final EntryTable table;
    private final Judgement judgement;
    private final Leases leases;
    private final Uses uses;

    Entries(EntryTable table, Judgement judgement, Leases leases, Uses uses) {
        this.table = table;
        this.judgement = judgement;
        this.leases = leases;
        this.uses = uses;
    }

    /**
     * Looks a step up, and counts that where it is a hit; a miss may be looked up again before it {@linkplain #missed
     * is one}.
     *
     * @return an entry only where its layer is in the repository, and where this caller may have it
     */
    public Lookup find(RepositoryName repository, StepKey key, ReadPolicy policy) {
        Optional<Long> repositoryId = table.repository(repository);
        if (repositoryId.isEmpty()) {
            return new Lookup.Miss(MissReason.NEVER_SEEN, Optional.empty());
        }
        Judgement.Verdict verdict =
                judgement.judge(table.find(repositoryId.get(), key, policy.scopes()), policy);
        if (verdict.lookup() instanceof Lookup.Hit) {
            uses.hit(repositoryId.get(), verdict.row().orElseThrow());
        }
        return verdict.lookup();
    }

    /** Counts that a step was looked up and missed. */
    public void missed(RepositoryName repository, ReadPolicy policy, MissReason reason) {
        table.repository(repository)
                .ifPresent(id -> uses.miss(id, policy.scopes().getFirst(), UNKNOWN_OPERATION, reason));
    }

    /**
     * Waits while another agent runs a step, in whichever of these scopes.
     *
     * @param longest how long at the most
     * @return how long that one's lease goes on; empty where nobody has one any more
     */
    public Optional<Duration> await(RepositoryName repository, StepKey key, List<Scope> scopes, Duration longest)
            throws InterruptedException {
        Optional<Long> repositoryId = table.repository(repository);
        if (repositoryId.isEmpty()) {
            return Optional.empty();
        }
        List<Leases.Slot> slots = scopes.stream()
                .map(scope -> new Leases.Slot(repositoryId.get(), scope, key))
                .toList();
        return leases.await(slots, longest);
    }

    /** Takes a step, where nobody runs it, for someone who is about to. */
    public Optional<Lease> take(RepositoryName repository, StepKey key, Scope scope, Duration ttl) {
        return table.repository(repository)
                .flatMap(id -> leases.take(new Leases.Slot(id, scope, key), ttl, Optional.empty()));
    }

    /** The step of an entry, in its canonical form; empty where the entry is gone. */
    public Optional<String> step(RepositoryName repository, Entry entry) {
        return table.repository(repository)
                .flatMap(id -> table.find(id, entry.key(), List.of(entry.scope())).stream().findAny())
                .map(found -> new String(table.step(found.id()), StandardCharsets.UTF_8));
    }
}
