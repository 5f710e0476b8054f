package dev.strata.savings.check;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A store is looked at in slices, one after another, round after round: what of each nothing explains, and what its last look
 * saw. Any thread may use it; one looks.
 *
 * @param <S> what a look sees of a slice that the next look at it is to know
 */
final class SliceRounds<S> {

    private final int slices;
    private final Clock clock;
    private final Map<Integer, S> lastSeen = new HashMap<>(); // guarded by this
    private final Map<Integer, Long> unexplained = new HashMap<>(); // guarded by this
    private long reported; // guarded by this
    private int next; // guarded by this
    private Instant began; // guarded by this
    private Optional<Instant> checkedAt = Optional.empty(); // guarded by this

    SliceRounds(int slices, Clock clock) {
        this.slices = slices;
        this.clock = clock;
        this.began = clock.instant();
    }

    /** The slice whose turn it is, from 0 on. */
    synchronized int next() {
        return next;
    }

    /** Empty before its first look. */
    synchronized Optional<S> lastSeen(int slice) {
        return Optional.ofNullable(lastSeen.get(slice));
    }

    /**
     * A slice was looked at, and the next one has its turn.
     *
     * @param bytes of it that nothing explains
     * @return how many bytes nothing explains in all slices, where this was the last one, and they are neither none nor as
     *     many as at the end of the round before
     */
    synchronized OptionalLong looked(int slice, long bytes, S seen) {
        unexplained.put(slice, bytes);
        lastSeen.put(slice, seen);
        next = (slice + 1) % slices;
        if (next != 0) {
            return OptionalLong.empty();
        }
        checkedAt = Optional.of(began);
        began = clock.instant();
        long before = reported;
        reported = unexplained();
        return reported == before || reported == 0 ? OptionalLong.empty() : OptionalLong.of(reported);
    }

    /** How many bytes nothing explains, as the last look at each slice found it. */
    synchronized long unexplained() {
        return unexplained.values().stream().mapToLong(Long::longValue).sum();
    }

    /** When the last whole round began. */
    synchronized Optional<Instant> checkedAt() {
        return checkedAt;
    }
}
