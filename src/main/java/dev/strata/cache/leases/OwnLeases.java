package dev.strata.cache.leases;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.strata.cache.Scope;
import dev.strata.cache.leases.Leases.Slot;
import dev.strata.step.StepKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** In the memory of the one process that grants them: after a restart there are none. */
final class OwnLeases implements LeaseBook {

    private final Expiry expiry;
    private final Ticker ticker;

    // All guarded by this.
    private final Map<Slot, OwnStep> running = new HashMap<>();
    private final Map<StepInScope, Set<Slot>> everywhere = new HashMap<>();
    private final Map<String, OwnLease> held = new HashMap<>();
    private long lastFence;

    /** A step in a scope, whatever the repository. */
    private record StepInScope(Scope scope, StepKey key) {}

    /** Leases whose holders were given up for dead. */
    private final Cache<String, Slot> expired =
            Caffeine.newBuilder().maximumSize(Leases.MOST).expireAfterWrite(Leases.TOLD).build();

    /** @param firstFence above those of before a restart */
    OwnLeases(Expiry expiry, Ticker ticker, long firstFence) {
        this.expiry = expiry;
        this.ticker = ticker;
        this.lastFence = firstFence;
    }

    @Override
    public synchronized Optional<HeldLease> take(Slot slot, Duration ttl, Optional<Duration> usual) {
        Optional<OwnStep> step = step(slot);
        long now = ticker.read();
        if (held.size() >= Leases.MOST || step.isPresent() && !step.get().at(now).mayHedge()) {
            return Optional.empty();
        }
        OwnLease lease = new OwnLease(UUID.randomUUID().toString(), slot, ++lastFence, step.isPresent(), now, ttl);
        held.put(lease.id(), lease);
        if (step.isPresent()) {
            step.get().hedge(lease);
        } else {
            running.put(slot, new OwnStep(lease, usual));
            everywhere.computeIfAbsent(new StepInScope(slot.scope(), slot.key()), place -> new LinkedHashSet<>()).add(slot);
        }
        return Optional.of(lease.at(now));
    }

    @Override
    public synchronized Optional<RunningStep> find(Slot slot) {
        return step(slot).map(step -> step.at(ticker.read()));
    }

    @Override
    public synchronized List<Slot> findAnywhere(Scope scope, StepKey key, int limit) {
        return everywhere.getOrDefault(new StepInScope(scope, key), Set.of()).stream().limit(limit).toList();
    }

    @Override
    public synchronized Optional<HeldLease> find(long repositoryId, String id) {
        return lease(id)
                .filter(lease -> lease.slot().repositoryId() == repositoryId)
                .map(lease -> lease.at(ticker.read()));
    }

    private Optional<OwnLease> lease(String id) {
        OwnLease lease = held.get(id);
        if (lease != null) {
            step(lease.slot()); // ends it where it has expired
        }
        return Optional.ofNullable(held.get(id));
    }

    @Override
    public synchronized Optional<HeldLease> renew(HeldLease lease, Optional<Duration> ttl) {
        Optional<OwnLease> own = lease(lease.id());
        own.ifPresent(known -> known.renew(ticker.read(), ttl));
        return own.map(known -> known.at(ticker.read()));
    }

    @Override
    public synchronized void end(HeldLease lease) {
        lease(lease.id()).ifPresent(this::end);
    }

    @Override
    public synchronized boolean finish(Slot slot) {
        OwnStep step = forget(slot);
        if (step != null) {
            step.leases().forEach(lease -> held.remove(lease.id()));
        }
        return step != null;
    }

    @Override
    public synchronized boolean isSuperseded(String id) {
        return Optional.ofNullable(expired.getIfPresent(id)).flatMap(this::step).isPresent();
    }

    /** The step, where somebody still runs it. */
    private Optional<OwnStep> step(Slot slot) {
        OwnStep step = running.get(slot);
        if (step != null) {
            long now = ticker.read();
            for (OwnLease lease : step.leases()) {
                if (lease.left(now).isZero()) {
                    expired.put(lease.id(), slot);
                    end(lease);
                    expiry.expired(slot);
                }
            }
        }
        return Optional.ofNullable(running.get(slot));
    }

    private void end(OwnLease lease) {
        held.remove(lease.id());
        OwnStep step = running.get(lease.slot());
        if (step != null && !step.goesOnWithout(lease)) {
            forget(lease.slot());
        }
    }

    private @Nullable OwnStep forget(Slot slot) {
        everywhere.computeIfPresent(new StepInScope(slot.scope(), slot.key()), (step, slots) -> {
            slots.remove(slot);
            return slots.isEmpty() ? null : slots;
        });
        return running.remove(slot);
    }

    @Override
    public synchronized boolean isAnyRun(long repositoryId) {
        return running.keySet().stream().anyMatch(slot -> slot.repositoryId() == repositoryId);
    }

    @Override
    public synchronized void sweep() {
        List.copyOf(running.keySet()).forEach(this::step);
    }
}
