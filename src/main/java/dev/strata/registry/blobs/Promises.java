package dev.strata.registry.blobs;

import dev.strata.registry.PromiseProperties;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.stereotype.Component;

/**
 * What clients rely on: who was told that a repository has a blob does not send it again, and names it in a manifest some
 * time later. A promise is written with the blob's link, and holds for the grace at the least.
 */
@Component
public class Promises {

    /** A promise is not made anew before this part of the grace is over: clients ask for the same blobs all the time. */
    private static final int PARTS = 4;

    private final Duration grace;
    private final Clock clock;

    Promises(PromiseProperties properties, Clock clock) {
        this.grace = properties.grace();
        this.clock = clock;
    }

    /** Whether a promise holds for as long as one that is made now, more or less. */
    public boolean isFresh(Instant promisedAt) {
        return promisedAt.plus(grace.dividedBy(PARTS)).isAfter(clock.instant());
    }

    /** From when on nobody relies on it any more: whoever was answered while it was fresh had the whole grace. */
    public Instant end(Instant promisedAt) {
        return promisedAt.plus(grace).plus(grace.dividedBy(PARTS));
    }

    /** Whether nobody relies on it any more. */
    boolean hasEnded(Instant promisedAt) {
        return !end(promisedAt).isAfter(clock.instant());
    }
}
