package dev.strata.cache.leases;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.strata.cache.leases.Leases.Slot;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** In the memory of the one process that grants them: after a restart there are none. */
final class OwnLeases implements LeaseBook {

    private final Expiry expiry;
    private final Ticker ticker;

    // All guarded by this.
    private final Map<Slot, OwnStep> running = new HashMap<>();
    private final Map<String, OwnLease> held = new HashMap<>();
    private long lastFence;

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
        }
        return Optional.of(lease.at(now));
    }

    @Override
    public synchronized Optional<RunningStep> find(Slot slot) {
        return step(slot).map(step -> step.at(ticker.read()));
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
        OwnStep step = running.remove(slot);
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
            running.remove(lease.slot());
        }
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
