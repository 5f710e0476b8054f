package dev.strata.savings.quotas;

import dev.strata.access.rules.QuotaUses.Use;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * How much of a quota is used: what was counted, and what was taken or went since. A count goes over the objects in their
 * order; it leaves out what was taken or went since it began, as far as that is remembered. Of very much, some is in both
 * until the next count: rather too much than too little.
 */
final class QuotaUse {

    /** There can be a hundred quotas. */
    private static final int MOST_REMEMBERED = 1_000;

    private static final long NOWHERE = Long.MIN_VALUE;

    private final Set<Long> taken = new HashSet<>();
    private final Set<Long> gone = new HashSet<>();
    private long bytes;
    private long counted;
    /** What the count under way does not see. */
    private long meanwhile;
    /** To which object the count came. */
    private long place = NOWHERE;

    private Optional<Instant> countedAt = Optional.empty();

    /** In bytes. */
    synchronized long bytes() {
        return Math.max(0, bytes);
    }

    synchronized Use use() {
        return new Use(bytes(), countedAt);
    }

    /** An object was taken that none of the repositories had. */
    synchronized void add(long objectId, long size) {
        if (taken.contains(objectId)) {
            return;
        }
        if (taken.size() < MOST_REMEMBERED) {
            taken.add(objectId);
            gone.remove(objectId);
        }
        bytes += size;
        meanwhile += size;
    }

    /** The last of the repositories lost an object. */
    synchronized void remove(long objectId, long size) {
        boolean isNew = taken.remove(objectId);
        if (isNew || countedAt.isPresent()) {
            bytes -= size;
        }
        if (isNew || objectId <= place) {
            meanwhile -= size;
        }
        if (objectId > place && gone.size() < MOST_REMEMBERED) {
            gone.add(objectId);
        }
    }

    /** A count begins, of all that is there now. */
    synchronized void begin() {
        taken.clear();
        gone.clear();
        meanwhile = 0;
        counted = 0;
        place = NOWHERE;
    }

    /** The count came to an object that one of the repositories has. */
    synchronized void see(long objectId, long size) {
        place = objectId;
        if (!taken.contains(objectId) && !gone.contains(objectId)) {
            counted += size;
        }
    }

    /** The count that began last ended. */
    synchronized void end(Instant at) {
        bytes = counted + meanwhile;
        countedAt = Optional.of(at);
        place = NOWHERE;
    }
}
