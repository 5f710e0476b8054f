package dev.strata.cache.leases;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.strata.cache.Scope;
import dev.strata.cache.uses.Uses;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.repositories.RepositoryHolder;
import dev.strata.step.StepKey;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;

/**
 * Who runs which step at the moment. Leases are in memory: after a restart there are none, their holders are told so
 * when they renew them, and what they commit counts as before, since the first commit of a step stands.
 */
@Service
public class Leases implements RepositoryHolder {

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final int MOST = 20_000;

    /** What a lease is for. */
    public record Slot(long repositoryId, Scope scope, StepKey key) {}

    private final WaitingRoom room;
    private final Uses uses;
    private final Ticker ticker;
    private final Clock clock;

    // All guarded by this.
    private final Map<Slot, RunningStep> running = new HashMap<>();
    private final Map<String, HeldLease> held = new HashMap<>();
    private long lastFence;

    /** Leases whose holders were given up for dead. */
    private final Cache<String, Slot> expired =
            Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(Duration.ofDays(1)).build();

    Leases(WaitingRoom room, Uses uses, Ticker ticker, Clock clock) {
        this.room = room;
        this.uses = uses;
        this.ticker = ticker;
        this.clock = clock;
        this.lastFence = clock.millis(); // above those of before a restart
    }

    /**
     * Takes a step, where nobody has it, or as a hedge where its holder takes much longer than it usually does.
     *
     * @param usual how long it usually runs, where that is known
     */
    public synchronized Optional<GrantedLease> take(Slot slot, Duration ttl, Optional<Duration> usual) {
        Optional<RunningStep> step = find(slot);
        if (held.size() >= MOST || step.isPresent() && !step.get().mayHedge(ticker.read())) {
            return Optional.empty();
        }
        HeldLease lease = new HeldLease(
                UUID.randomUUID().toString(), slot, ++lastFence, step.isPresent(), ticker.read(), clamp(ttl));
        held.put(lease.id(), lease);
        if (step.isPresent()) {
            step.get().hedge(lease);
            count("lease_hedged", slot);
        } else {
            running.put(slot, new RunningStep(lease, usual));
        }
        count("lease_granted", slot);
        return Optional.of(lease(lease));
    }

    /**
     * How long the lease of a step goes on; empty where nobody has it, and where it is run for so long that another one
     * may try: that is not worth waiting for, also not for who cannot have a lease.
     */
    public synchronized Optional<Duration> left(Slot slot) {
        return find(slot)
                .filter(step -> !step.mayHedge(ticker.read()))
                .map(step -> step.first().left(ticker.read()));
    }

    /**
     * Renews a lease.
     *
     * @param mayWrite which scopes the caller may write: a lease in another one is none to it
     * @param ttl for how long; as before where it is left open
     * @throws RegistryException LEASE_UNKNOWN
     */
    public synchronized GrantedLease renew(
            long repositoryId, String id, Predicate<Scope> mayWrite, Optional<Duration> ttl) {
        HeldLease lease = require(repositoryId, id, mayWrite);
        lease.renew(ticker.read(), ttl.map(Leases::clamp));
        return lease(lease);
    }

    /**
     * Gives a lease back; whoever waits goes on.
     *
     * @param mayWrite which scopes the caller may write: a lease in another one is none to it
     * @throws RegistryException LEASE_UNKNOWN
     */
    public synchronized void giveBack(long repositoryId, String id, Predicate<Scope> mayWrite) {
        end(require(repositoryId, id, mayWrite));
    }

    private HeldLease require(long repositoryId, String id, Predicate<Scope> mayWrite) {
        Optional<HeldLease> lease = Optional.ofNullable(held.get(id))
                .filter(known -> known.slot().repositoryId() == repositoryId)
                .filter(known -> mayWrite.test(known.slot().scope()));
        lease.ifPresent(known -> find(known.slot())); // ends it where it has expired
        return lease.filter(known -> held.containsKey(id))
                .orElseThrow(() -> unknown(id));
    }

    public static RegistryException unknown(String id) {
        return new RegistryException(Problem.LEASE_UNKNOWN, "nobody holds this lease", Map.of("id", id));
    }

    /** The step has an entry: its leases are over, and whoever waits goes on. */
    public synchronized void finish(Slot slot) {
        RunningStep step = running.remove(slot);
        if (step != null) {
            step.leases().forEach(lease -> held.remove(lease.id()));
            room.changed();
        }
    }

    /** Whether the holder of this lease was given up for dead, and someone else runs its step now. */
    public synchronized boolean isSuperseded(String id) {
        return Optional.ofNullable(expired.getIfPresent(id)).flatMap(this::find).isPresent();
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
    private synchronized Optional<Long> nextChange(Slot slot) {
        return find(slot).filter(step -> !step.mayHedge(ticker.read())).map(RunningStep::nextChange);
    }

    /** The step, where somebody still runs it. */
    private Optional<RunningStep> find(Slot slot) {
        RunningStep step = running.get(slot);
        if (step != null) {
            long now = ticker.read();
            for (HeldLease lease : step.leases()) {
                if (lease.left(now).isZero()) {
                    expired.put(lease.id(), slot);
                    count("lease_expired", slot);
                    end(lease);
                }
            }
        }
        return Optional.ofNullable(running.get(slot));
    }

    private void end(HeldLease lease) {
        held.remove(lease.id());
        RunningStep step = running.get(lease.slot());
        if (step != null && !step.goesOnWithout(lease)) {
            running.remove(lease.slot());
        }
        room.changed();
    }

    /** Those who wait for a step are told by the repository's row that it has an entry. */
    @Override
    public synchronized Hold hold(long repositoryId) {
        return running.keySet().stream().anyMatch(slot -> slot.repositoryId() == repositoryId) ? Hold.USED : Hold.NONE;
    }

    private void count(String event, Slot slot) {
        uses.event(slot.repositoryId(), slot.scope(), event, 0);
    }

    private GrantedLease lease(HeldLease lease) {
        return new GrantedLease(
                lease.id(), lease.fence(), clock.instant().plus(lease.left(ticker.read())), lease.isHedge());
    }

    private static Duration clamp(Duration ttl) {
        return ttl.compareTo(SHORTEST) < 0 ? SHORTEST : ttl.compareTo(LONGEST) > 0 ? LONGEST : ttl;
    }

    /** Forgets leases whose holders are gone and whom nobody waits for. */
    @Scheduled(fixedDelayString = "PT10S")
    synchronized void sweep() {
        List.copyOf(running.keySet()).forEach(this::find);
    }
}
