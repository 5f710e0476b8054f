package dev.strata.cache.lookup;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.strata.cache.ReadPolicy;
import dev.strata.cache.Scope;
import dev.strata.cache.entries.Entry;
import dev.strata.cache.entries.EntryReads;
import dev.strata.cache.entries.FoundEntry;
import dev.strata.cache.leases.GrantedLease;
import dev.strata.cache.leases.Leases;
import dev.strata.cache.leases.PendingVerifications;
import dev.strata.json.StrictJson;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.step.Step;
import dev.strata.step.StepKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.springframework.stereotype.Service;
import tools.jackson.databind.node.ObjectNode;

/** What is known of steps: looked up by their keys. */
@Service
public class EntryLookup {

    /** What a key alone does not tell. */
    private static final String UNKNOWN_OPERATION = "UNKNOWN";

    private final EntryReads table;
    private final Verdicts verdicts;
    private final PromisedLayers promised;
    private final Leases leases;
    private final NeighbourLeases neighbours;
    private final PendingVerifications verifications;
    private final ToldSteps steps;
    private final Ticker ticker;

    EntryLookup(
            EntryReads table,
            Verdicts verdicts,
            PromisedLayers promised,
            Leases leases,
            NeighbourLeases neighbours,
            PendingVerifications verifications,
            ToldSteps steps,
            Ticker ticker) {
        this.table = table;
        this.verdicts = verdicts;
        this.promised = promised;
        this.leases = leases;
        this.neighbours = neighbours;
        this.verifications = verifications;
        this.steps = steps;
        this.ticker = ticker;
    }

    /** What became of a question. */
    public sealed interface Answer {

        /** Nobody runs the step, or its layer is here. */
        record Known(Lookup lookup) implements Answer {}

        /**
         * It is worth asking again: another agent runs the step, or its layer is yet to be verified.
         *
         * @param left how long the lease, or the patience, goes on
         */
        record Held(Duration left) implements Answer {}
    }

    /**
     * Looks a step up, and counts that. Waits while another agent runs it, and while what that one committed is yet to
     * be verified before it may be served.
     *
     * @param own the scope in which the caller would run it; others of those that it reads are looked at too
     * @param longest how long to wait at the most
     * @return an entry only where its layer is in the repository, or comes into it now, and where this caller may have it
     */
    public Answer ask(
            RepositoryName repository, StepKey key, ReadPolicy policy, Scope own, Duration longest)
            throws InterruptedException {
        Optional<Long> repositoryId = table.repository(repository);
        long deadline = ticker.read() + longest.toNanos();
        Judgement.Verdict verdict = verdicts.of(repositoryId, key, policy);
        boolean isSettled = verdict.lookup() instanceof Lookup.Hit;
        while (!isSettled) {
            Optional<FoundEntry> pending = verdict.pending();
            Optional<Duration> held = pending.isPresent()
                    ? verifications.await(pending.get(), deadline)
                    : leases.await(
                            slots(repositoryId, own, policy, key),
                            Duration.ofNanos(Math.max(0, deadline - ticker.read())));
            if (held.isPresent()) {
                return new Answer.Held(held.get());
            }
            verdict = verdicts.of(repositoryId, key, policy);
            // After a commit its layer may have to be verified, and after that in vain another agent runs the step.
            isSettled = verdict.lookup() instanceof Lookup.Hit || pending.isEmpty() && verdict.pending().isEmpty();
        }
        verdict = promised.keep(repository, verdict);
        verdicts.count(repository, verdict, policy.scopes().getFirst(), UNKNOWN_OPERATION);
        return new Answer.Known(verdict.lookup());
    }

    private List<Leases.Slot> slots(Optional<Long> repositoryId, Scope own, ReadPolicy policy, StepKey key) {
        List<Scope> scopes =
                Stream.concat(Stream.of(own), policy.scopes().stream()).distinct().toList();
        return Stream.concat(
                        repositoryId.stream().flatMap(id -> scopes.stream().map(scope -> new Leases.Slot(id, scope, key))),
                        scopes.stream().flatMap(scope -> neighbours.of(key, scope, policy).stream()))
                .toList();
    }

    /**
     * Takes a step that missed, for someone who is about to run it.
     *
     * @return empty where somebody has it, and where its entry came meanwhile
     */
    public Optional<GrantedLease> take(RepositoryName repository, StepKey key, ReadPolicy policy, Scope scope, Duration ttl) {
        Optional<Leases.Slot> slot = table.repository(repository)
                .filter(id -> neighbours.left(key, scope, policy).isEmpty())
                .map(id -> new Leases.Slot(id, scope, key));
        Optional<GrantedLease> lease = slot.flatMap(free -> leases.take(free, ttl, Optional.empty()));
        if (lease.isPresent()) {
            long repositoryId = slot.orElseThrow().repositoryId();
            Judgement.Verdict now = verdicts.of(Optional.of(repositoryId), key, policy);
            if (now.lookup() instanceof Lookup.Hit
                    || now.pending().isPresent()
                    || neighbours.isTakenBefore(key, scope, policy, lease.get())) {
                leases.giveBack(repositoryId, lease.get().id(), own -> true);
                return Optional.empty();
            }
        }
        return lease;
    }

    /**
     * Renews a lease.
     *
     * @param mayWrite which scopes the caller may write
     * @param ttl for how long; as before where it is left open
     * @throws RegistryException LEASE_UNKNOWN where nobody in this repository holds it in one of these scopes
     */
    public GrantedLease renew(RepositoryName repository, String id, Predicate<Scope> mayWrite, Optional<Duration> ttl) {
        return leases.renew(holding(repository, id), id, mayWrite, ttl);
    }

    /**
     * Gives a lease back; whoever waits goes on.
     *
     * @param mayWrite which scopes the caller may write
     * @throws RegistryException LEASE_UNKNOWN where nobody in this repository holds it in one of these scopes
     */
    public void giveBack(RepositoryName repository, String id, Predicate<Scope> mayWrite) {
        leases.giveBack(holding(repository, id), id, mayWrite);
    }

    private long holding(RepositoryName repository, String leaseId) {
        return table.repository(repository).orElseThrow(() -> Leases.unknown(leaseId));
    }

    /**
     * The step of an entry, as answers tell it; empty where the entry is gone.
     *
     * @param asking the repository that asked
     * @param owner the one whose entry it is
     */
    public Optional<ObjectNode> step(RepositoryName asking, RepositoryName owner, Entry entry) {
        return table.repository(owner)
                .flatMap(id -> table.find(id, entry.key(), List.of(entry.scope())).stream().findAny())
                .map(found -> Step.of(StrictJson.read(table.step(found.id()), "the step", Problem.STEP_INVALID)))
                .map(step -> steps.told(asking, step));
    }
}
