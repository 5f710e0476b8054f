package dev.strata.cache.leases;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A step that somebody runs, and at the most one other beside it. */
final class RunningStep {

    /** A step that takes this many times as long as it usually does may hang. */
    private static final int PATIENCE = 2;
    private static final Duration LEAST_PATIENCE = Duration.ofSeconds(1);

    private final Optional<Duration> usual;
    private HeldLease first;
    private Optional<HeldLease> hedge = Optional.empty();

    /** @param usual how long it usually runs, where that is known */
    RunningStep(HeldLease first, Optional<Duration> usual) {
        this.first = first;
        this.usual = usual;
    }

    HeldLease first() {
        return first;
    }

    List<HeldLease> leases() {
        return Stream.concat(Stream.of(first), hedge.stream()).toList();
    }

    void hedge(HeldLease lease) {
        hedge = Optional.of(lease);
    }

    /** Whether it has been run for so long that another one should try. */
    boolean mayHedge(long now) {
        return hedge.isEmpty() && usual.isPresent() && hedgeAt() - now <= 0;
    }

    private long hedgeAt() {
        Duration patience = usual.orElseThrow().multipliedBy(PATIENCE);
        Duration least = patience.compareTo(LEAST_PATIENCE) < 0 ? LEAST_PATIENCE : patience;
        return first.grantedAt() + least.toNanos();
    }

    /** When something changes by itself. */
    long nextChange() {
        return hedge.isEmpty() && usual.isPresent() ? Math.min(first.endsAt(), hedgeAt()) : first.endsAt();
    }

    /** Takes a lease away, and says whether another one is left. */
    boolean goesOnWithout(HeldLease lease) {
        if (lease == first) {
            Optional<HeldLease> next = hedge;
            hedge = Optional.empty();
            next.ifPresent(other -> first = other);
            return next.isPresent();
        }
        hedge = hedge.filter(other -> other != lease);
        return true;
    }
}
