package dev.strata.cache.leases;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.strata.cache.entries.EntryReads;
import dev.strata.cache.entries.EntrySource;
import dev.strata.cache.entries.EntryState;
import dev.strata.cache.entries.FoundEntry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * How long it is worth waiting for entries that lack nothing but their verification. That they do is in the database;
 * only the time is kept here, and begins anew with a restart.
 */
@Component
public class PendingVerifications {

    /** The largest layer takes a few minutes. Whoever waits longer than this runs the step again. */
    public static final Duration LONGEST = Duration.ofMinutes(10);

    private static final int MOST = 100_000;

    private final EntryReads entries;
    private final WaitingRoom room;
    private final Ticker ticker;

    /** When the patience with an entry ends, by the ticker. Kept after that, so that it is not waited for once more. */
    private final Cache<Long, Long> ends =
            Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(Duration.ofDays(1)).build();

    /** How often entries were taken away that somebody may have waited for. */
    private final AtomicLong removals = new AtomicLong();

    PendingVerifications(EntryReads entries, WaitingRoom room, Ticker ticker) {
        this.entries = entries;
        this.room = room;
        this.ticker = ticker;
    }

    /** How long to wait for an entry that is yet to be verified; empty where it is not, or was given up. */
    public Optional<Duration> left(FoundEntry row) {
        // Those from images are verified when somebody uses them.
        if (row.state() != EntryState.UNVERIFIED || row.entry().source() != EntrySource.RECORDED) {
            return Optional.empty();
        }
        return left(row.id());
    }

    private Optional<Duration> left(long entryId) {
        long now = ticker.read();
        long left = ends.get(entryId, id -> now + LONGEST.toNanos()) - now;
        return left > 0 ? Optional.of(Duration.ofNanos(left)) : Optional.empty();
    }

    /**
     * Waits while an entry is yet to be verified.
     *
     * @param deadline until when at the most, by the ticker
     * @return how long it would be worth waiting beyond that; empty where the entry is to be looked at again
     */
    public Optional<Duration> await(FoundEntry row, long deadline) throws InterruptedException {
        long before = removals.get();
        Supplier<Optional<Long>> end = () -> left(row.id())
                .filter(left -> removals.get() == before && isUnverified(row.id()))
                .map(left -> ticker.read() + left.toNanos());
        boolean over = deadline - ticker.read() > 0 && room.await(deadline, end);
        return over ? Optional.empty() : left(row.id());
    }

    /** Another process may have verified it. */
    private boolean isUnverified(long entryId) {
        return entries.find(entryId).filter(row -> row.state() == EntryState.UNVERIFIED).isPresent();
    }

    /** It is known now what an entry's layer is, or that this cannot be known for some time: nobody waits for it. */
    public void end(long entryId) {
        ends.put(entryId, ticker.read());
        room.changed();
    }

    /** Entries were taken away. */
    public void removed() {
        removals.incrementAndGet();
        room.changed();
    }
}
