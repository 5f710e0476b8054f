package dev.strata.cache.leases;

import java.time.Duration;
import java.util.Optional;

/**
 * A step that somebody runs, and at the most one other beside it.
 *
 * @param fence of the first lease: lower than those of all that were given later
 * @param left how long the first lease goes on
 * @param untilHedge how long until another one should try, 0 where it should now; empty where nobody else should
 */
record RunningStep(long fence, Duration left, Optional<Duration> untilHedge) {

    /** A step that takes this many times as long as it usually does may hang. */
    private static final int PATIENCE = 2;

    private static final Duration LEAST_PATIENCE = Duration.ofSeconds(1);

    /**
     * @param usual how long it usually runs, where that is known
     * @param ran how long it has run
     */
    static Optional<Duration> untilHedge(Optional<Duration> usual, Duration ran) {
        return usual.map(time -> {
            Duration patience = time.multipliedBy(PATIENCE);
            Duration left = (patience.compareTo(LEAST_PATIENCE) < 0 ? LEAST_PATIENCE : patience).minus(ran);
            return left.isNegative() ? Duration.ZERO : left;
        });
    }

    /** Whether it has been run for so long that another one should try. */
    boolean mayHedge() {
        return untilHedge.filter(Duration::isZero).isPresent();
    }

    /** How long until something changes by itself. */
    Duration nextChange() {
        return untilHedge.filter(hedge -> hedge.compareTo(left) < 0).orElse(left);
    }
}
