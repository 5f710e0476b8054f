package dev.strata.savings.quotas;

import dev.strata.access.rules.QuotaUses.Use;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * How much of a quota is used: what was counted, and what was taken since. A count leaves out what was taken since it
 * began, as far as that is remembered; of very much, some is in both until the next count. So this is never too little.
 */
final class QuotaUse {

    /** There can be a hundred quotas. */
    private static final int MOST_REMEMBERED = 1_000;

    private final Set<Long> taken = new HashSet<>();
    private long counted;
    private long before;
    private long since;
    private Optional<Instant> countedAt = Optional.empty();

    /** In bytes. */
    synchronized long bytes() {
        return counted + before + since;
    }

    synchronized Use use() {
        return new Use(counted + before + since, countedAt);
    }

    /** An object was taken that none of the repositories had. */
    synchronized void add(long objectId, long bytes) {
        if (taken.size() == MOST_REMEMBERED || taken.add(objectId)) {
            since += bytes;
        }
    }

    /** Whether a count leaves an object out, since it is in the use without it. */
    synchronized boolean hasTaken(long objectId) {
        return taken.contains(objectId);
    }

    /** A count begins, of all that was taken until now. */
    synchronized void begin() {
        before += since;
        since = 0;
        taken.clear();
    }

    /** The count that began last ended. */
    synchronized void end(long bytes, Instant at) {
        counted = bytes;
        countedAt = Optional.of(at);
        before = 0;
    }
}
