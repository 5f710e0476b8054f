package dev.strata.cache.leases;

import dev.strata.cache.Scope;
import dev.strata.cache.leases.Leases.Slot;
import dev.strata.step.StepKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where it stands who runs which step. */
interface LeaseBook {

    /** Hears of leases whose holders were given up for dead. */
    interface Expiry {
        void expired(Slot slot);
    }

    /** As {@link Leases#take}. */
    Optional<HeldLease> take(Slot slot, Duration ttl, Optional<Duration> usual);

    /** A step that somebody runs. */
    Optional<RunningStep> find(Slot slot);

    /** Some of the repositories in which somebody runs a step, in no order. */
    List<Slot> findAnywhere(Scope scope, StepKey key, int limit);

    /** A lease of a repository. */
    Optional<HeldLease> find(long repositoryId, String id);

    /** Empty where it has ended. */
    Optional<HeldLease> renew(HeldLease lease, Optional<Duration> ttl);

    void end(HeldLease lease);

    /** Ends all leases of a step, and says whether there were any. */
    boolean finish(Slot slot);

    /** As {@link Leases#isSuperseded}. */
    boolean isSuperseded(String id);

    boolean isAnyRun(long repositoryId);

    /** Forgets leases whose holders are gone and whom nobody waits for. */
    void sweep();
}
