package dev.strata.cache.leases;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.strata.cache.Scope;
import dev.strata.cache.uses.Uses;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.repositories.RepositoryHolder;
import dev.strata.step.StepKey;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;

/**
 * Who runs which step at the moment. A restart of the process that grants leases, or of the database of several, may take
 * them: their holders are told so when they renew them, and what they commit counts as before, since the first commit of a
 * step stands.
 */
@Service
public class Leases implements RepositoryHolder {

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofHours(1);
    static final int MOST = 20_000;
    /** How long it can be told that a holder was given up for dead. */
    static final Duration TOLD = Duration.ofDays(1);

    /** Of those who run a step in other repositories, as many are looked at. */
    private static final int MOST_ANYWHERE = 50;

    /** What a lease is for. */
    public record Slot(long repositoryId, Scope scope, StepKey key) {}

    private final LeaseBook book;
    private final WaitingRoom room;
    private final Uses uses;
    private final Ticker ticker;
    private final Clock clock;

    Leases(LeaseBook book, WaitingRoom room, Uses uses, Ticker ticker, Clock clock) {
        this.book = book;
        this.room = room;
        this.uses = uses;
        this.ticker = ticker;
        this.clock = clock;
    }

    /**
     * Takes a step, where nobody has it, or as a hedge where its holder takes much longer than it usually does.
     *
     * @param usual how long it usually runs, where that is known
     */
    public Optional<GrantedLease> take(Slot slot, Duration ttl, Optional<Duration> usual) {
        Optional<HeldLease> lease = book.take(slot, clamp(ttl), usual);
        lease.ifPresent(held -> {
            if (held.hedge()) {
                count("lease_hedged", slot);
            }
            count("lease_granted", slot);
        });
        return lease.map(this::granted);
    }

    /** Some of the repositories in which somebody runs a step, in no order. */
    public List<Slot> findAnywhere(Scope scope, StepKey key) {
        return book.findAnywhere(scope, key, MOST_ANYWHERE);
    }

    /** Whether the lease of a step goes on that was given before another one. */
    public boolean isBefore(Slot slot, GrantedLease other) {
        return book.find(slot).filter(step -> !step.mayHedge() && step.fence() < other.fence()).isPresent();
    }

    /**
     * How long the lease of a step goes on; empty where nobody has it, and where it is run for so long that another one
     * may try: that is not worth waiting for, also not for who cannot have a lease.
     */
    public Optional<Duration> left(Slot slot) {
        return book.find(slot).filter(step -> !step.mayHedge()).map(RunningStep::left);
    }

    /**
     * Renews a lease.
     *
     * @param mayWrite which scopes the caller may write: a lease in another one is none to it
     * @param ttl for how long; as before where it is left open
     * @throws RegistryException LEASE_UNKNOWN
     */
    public GrantedLease renew(long repositoryId, String id, Predicate<Scope> mayWrite, Optional<Duration> ttl) {
        return book.renew(require(repositoryId, id, mayWrite), ttl.map(Leases::clamp))
                .map(this::granted)
                .orElseThrow(() -> unknown(id));
    }

    /**
     * Gives a lease back; whoever waits goes on.
     *
     * @param mayWrite which scopes the caller may write: a lease in another one is none to it
     * @throws RegistryException LEASE_UNKNOWN
     */
    public void giveBack(long repositoryId, String id, Predicate<Scope> mayWrite) {
        book.end(require(repositoryId, id, mayWrite));
        room.changed();
    }

    private HeldLease require(long repositoryId, String id, Predicate<Scope> mayWrite) {
        return book.find(repositoryId, id)
                .filter(lease -> mayWrite.test(lease.slot().scope()))
                .orElseThrow(() -> unknown(id));
    }

    public static RegistryException unknown(String id) {
        return new RegistryException(Problem.LEASE_UNKNOWN, "nobody holds this lease", Map.of("id", id));
    }

    /** The step has an entry: its leases are over, and whoever waits goes on. */
    public void finish(Slot slot) {
        if (book.finish(slot)) {
            room.changed();
        }
    }

    /** Whether the holder of this lease was given up for dead, and someone else runs its step now. */
    public boolean isSuperseded(String id) {
        return book.isSuperseded(id);
    }

    /**
     * Waits while someone runs a step. Whoever comes back when its holder died, or takes much longer than usual, can
     * take it then: one of those who wait gets it.
     *
     * @param slots in which it may be run; the first of them in which it is counts
     * @param longest how long at the most
     * @return how long the lease goes on for which the time did not suffice; empty where nobody has it any more
     */
    public Optional<Duration> await(List<Slot> slots, Duration longest) throws InterruptedException {
        Optional<Slot> slot = slots.stream().filter(each -> left(each).isPresent()).findFirst();
        if (slot.isEmpty()) {
            return Optional.empty();
        }
        if (longest.isZero() || room.isFull()) {
            return left(slot.get());
        }
        count("lease_joined", slot.get());
        boolean over = room.await(ticker.read() + longest.toNanos(), () -> nextChange(slot.get()));
        return over ? Optional.empty() : left(slot.get());
    }

    /** When something changes by itself; empty where the step can be taken. */
    private Optional<Long> nextChange(Slot slot) {
        return book.find(slot)
                .filter(step -> !step.mayHedge())
                .map(step -> ticker.read() + step.nextChange().toNanos());
    }

    /** Those who wait for a step are told by the repository's row that it has an entry. */
    @Override
    public Hold hold(long repositoryId) {
        return book.isAnyRun(repositoryId) ? Hold.USED : Hold.NONE;
    }

    private void count(String event, Slot slot) {
        uses.event(slot.repositoryId(), slot.scope(), event, 0);
    }

    private GrantedLease granted(HeldLease lease) {
        return new GrantedLease(lease.id(), lease.fence(), clock.instant().plus(lease.left()), lease.hedge());
    }

    private static Duration clamp(Duration ttl) {
        return ttl.compareTo(SHORTEST) < 0 ? SHORTEST : ttl.compareTo(LONGEST) > 0 ? LONGEST : ttl;
    }

    @Scheduled(fixedDelayString = "PT10S")
    void sweep() {
        book.sweep();
    }
}
