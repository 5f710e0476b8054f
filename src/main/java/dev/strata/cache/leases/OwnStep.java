package dev.strata.cache.leases;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A step that somebody runs, and at the most one other beside it, as the one process knows it that grants leases. */
final class OwnStep {

    private final Optional<Duration> usual;
    private OwnLease first;
    private Optional<OwnLease> hedge = Optional.empty();

    /** @param usual how long it usually runs, where that is known */
    OwnStep(OwnLease first, Optional<Duration> usual) {
        this.first = first;
        this.usual = usual;
    }

    List<OwnLease> leases() {
        return Stream.concat(Stream.of(first), hedge.stream()).toList();
    }

    void hedge(OwnLease lease) {
        hedge = Optional.of(lease);
    }

    /** How it stands. */
    RunningStep at(long now) {
        return new RunningStep(
                first.fence(),
                first.left(now),
                hedge.isPresent() ? Optional.empty() : RunningStep.untilHedge(usual, Duration.ofNanos(now - first.grantedAt())));
    }

    /** Takes a lease away, and says whether another one is left. */
    boolean goesOnWithout(OwnLease lease) {
        if (lease == first) {
            Optional<OwnLease> next = hedge;
            hedge = Optional.empty();
            next.ifPresent(other -> first = other);
            return next.isPresent();
        }
        hedge = hedge.filter(other -> other != lease);
        return true;
    }
}
