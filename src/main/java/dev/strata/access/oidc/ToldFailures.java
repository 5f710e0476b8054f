package dev.strata.access.oidc;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Bounds how many failures are told of: anybody who reaches the server can cause them, as many as they like. */
final class ToldFailures {

    static final int MOST_IN_A_MINUTE = 60;

    private Instant minute = Instant.EPOCH;
    private int count;

    /** Whether one that happens now is told of. */
    synchronized boolean takes(Instant now) {
        Instant begun = now.truncatedTo(ChronoUnit.MINUTES);
        if (!begun.equals(minute)) {
            minute = begun;
            count = 0;
        }
        return ++count <= MOST_IN_A_MINUTE;
    }
}
