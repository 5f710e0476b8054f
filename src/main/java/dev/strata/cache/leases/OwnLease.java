package dev.strata.cache.leases;

import java.time.Duration;
import java.util.Optional;

/**
 * A lease that somebody holds, as the one process knows it that grants them. Times are those of the clock that nobody sets, in
 * nanoseconds.
 */
final class OwnLease {

    private final String id;
    private final Leases.Slot slot;
    private final long fence;
    private final boolean hedge;
    private final long grantedAt;
    private Duration ttl;
    private long endsAt;

    OwnLease(String id, Leases.Slot slot, long fence, boolean hedge, long now, Duration ttl) {
        this.id = id;
        this.slot = slot;
        this.fence = fence;
        this.hedge = hedge;
        this.grantedAt = now;
        this.ttl = ttl;
        this.endsAt = now + ttl.toNanos();
    }

    HeldLease at(long now) {
        return new HeldLease(id, slot, fence, hedge, left(now));
    }

    String id() {
        return id;
    }

    Leases.Slot slot() {
        return slot;
    }

    long fence() {
        return fence;
    }

    long grantedAt() {
        return grantedAt;
    }

    /** How long it goes on, 0 where it is over. */
    Duration left(long now) {
        return Duration.ofNanos(Math.max(0, endsAt - now));
    }

    /** @param newTtl for how long; as before where it is left open */
    void renew(long now, Optional<Duration> newTtl) {
        ttl = newTtl.orElse(ttl);
        endsAt = now + ttl.toNanos();
    }
}
