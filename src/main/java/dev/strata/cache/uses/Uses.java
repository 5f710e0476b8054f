package dev.strata.cache.uses;

import dev.strata.cache.Scope;
import dev.strata.cache.entries.EntryLifecycle;
import dev.strata.cache.entries.FoundEntry;
import dev.strata.cache.entries.MissReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Counts how the cache is used. What is counted is written in batches, some seconds late, so that looking an entry up
 * writes nothing; a crash loses these seconds of counting.
 */
@Component
public class Uses {

    private static final double MS_A_SECOND = 1_000;

    public static final String HIT = "hit";
    /** Those of the hits whose layers came from another repository. */
    static final String HIT_ELSEWHERE = "hit_elsewhere";

    static final String BYPASS = "bypass";
    static final String SERVED = "served";
    static final String NO_OPERATION = "NONE";

    /** Beyond this many at once, scopes are counted together: they are as many as there are branches. */
    private static final int MOST_GROUPS = 10_000;
    /** Rows that are written in one transaction. */
    private static final int AT_ONCE = 200;

    private static final String OTHER_SCOPES = "other";

    private final UseTable table;
    private final EntryLifecycle entryRows;
    private final MeterRegistry meters;
    private final Clock clock;
    private final Counter hits;
    private final Counter notUploaded;
    private final Counter notExecuted;
    private final ReentrantLock writing = new ReentrantLock();
    private Map<UseTable.Group, UseTable.Tally> groups = new HashMap<>(); // guarded by this
    private Map<UseTable.Borrowed, UseTable.Tally> origins = new HashMap<>(); // guarded by this
    private Map<Long, Hits> entries = new HashMap<>(); // guarded by this
    private Map<Long, Hits> written = new HashMap<>(); // guarded by this; those before, written or about to be

    /**
     * How often one entry was used. Its group is made up when this is written: a look-up waits for less.
     *
     * @param tally what its own repository used of it
     * @param elsewhere how often others did
     */
    private record Hits(FoundEntry row, UseTable.Tally tally, long elsewhere, Instant last) {

        Hits plus(Hits later) {
            return new Hits(row, tally.plus(later.tally), elsewhere + later.elsewhere, later.last);
        }

        EntryLifecycle.Use use() {
            return new EntryLifecycle.Use(tally.asked() + elsewhere, last);
        }
    }

    Uses(UseTable table, EntryLifecycle entryRows, MeterRegistry meters, Clock clock) {
        this.table = table;
        this.entryRows = entryRows;
        this.meters = meters;
        this.hits = events(HIT);
        this.notUploaded = Counter.builder("strata.cache.not.uploaded")
                .description("Bytes of layers that hits spared")
                .baseUnit("bytes")
                .register(meters);
        this.notExecuted = Counter.builder("strata.cache.not.executed")
                .description("Time that the steps of hits took when they were run")
                .baseUnit("seconds")
                .register(meters);
        this.clock = clock;
    }

    /** A step was looked up and has a layer. */
    public void hit(FoundEntry row) {
        Hits hit = new Hits(row, tally(row), 0, clock.instant());
        synchronized (this) {
            entries.merge(row.id(), hit, Hits::plus);
        }
        hits.increment();
        countSpared(row);
    }

    /**
     * A step was looked up, and another repository has its layer. The hit is the asking repository's; that the entry was used
     * counts for the entry.
     *
     * @param asking the repository that asked; empty where it has nothing at all, and so no counts
     */
    public void hitElsewhere(Optional<Long> asking, FoundEntry row) {
        Instant now = clock.instant();
        Hits hit = new Hits(row, UseTable.Tally.NONE, 1, now);
        synchronized (this) {
            entries.merge(row.id(), hit, Hits::plus);
            asking.ifPresent(id -> {
                add(groups, id, now, row.entry().scope(), row.operation(), HIT, tally(row));
                add(groups, id, now, row.entry().scope(), row.operation(), HIT_ELSEWHERE, tally(row));
                long origin = origins.size() < MOST_GROUPS ? row.repositoryId() : UseTable.Borrowed.SEVERAL;
                origins.merge(
                        new UseTable.Borrowed(id, now.truncatedTo(ChronoUnit.HOURS), origin), tally(row), UseTable.Tally::plus);
            });
        }
        hits.increment();
        events(HIT_ELSEWHERE).increment();
        countSpared(row);
    }

    private static UseTable.Tally tally(FoundEntry row) {
        return new UseTable.Tally(1, row.entry().size(), row.entry().execMs());
    }

    private void countSpared(FoundEntry row) {
        notUploaded.increment(row.entry().size());
        notExecuted.increment(row.entry().execMs() / MS_A_SECOND);
    }

    /** A step was looked up and has no layer for this reason. */
    public void miss(long repositoryId, Scope asked, String operation, MissReason reason) {
        add(repositoryId, asked, operation, reason.name(), 0, 0);
    }

    /** A step was to be run afresh. */
    public void bypass(long repositoryId, Scope asked, String operation) {
        add(repositoryId, asked, operation, BYPASS, 0, 0);
    }

    /** Something happened to a lease, or to an entry that had to go. */
    public void event(long repositoryId, Scope scope, String event, long bytes) {
        add(repositoryId, scope, NO_OPERATION, event, bytes, 0);
    }

    /** The layer of an entry was pulled. */
    void served(long repositoryId, Scope scope, String operation, UseTable.Tally tally) {
        add(repositoryId, scope, operation, SERVED, tally);
    }

    private void add(long repositoryId, Scope scope, String operation, String outcome, long bytes, long execMs) {
        events(outcome).increment();
        add(repositoryId, scope, operation, outcome, new UseTable.Tally(1, bytes, execMs));
    }

    private Counter events(String outcome) {
        return meters.counter("strata.cache.events", "event", outcome.toLowerCase(Locale.ROOT));
    }

    private synchronized void add(
            long repositoryId, Scope scope, String operation, String outcome, UseTable.Tally tally) {
        add(groups, repositoryId, clock.instant(), scope, operation, outcome, tally);
    }

    private static void add(
            Map<UseTable.Group, UseTable.Tally> groups,
            long repositoryId,
            Instant time,
            Scope scope,
            String operation,
            String outcome,
            UseTable.Tally tally) {
        Instant hour = time.truncatedTo(ChronoUnit.HOURS);
        String name = groups.size() < MOST_GROUPS ? scope.name() : OTHER_SCOPES;
        groups.merge(
                new UseTable.Group(repositoryId, hour, name, operation, outcome), tally, UseTable.Tally::plus);
    }

    /**
     * When an entry was used last, where its row may not say so yet. It still does right after that was written, for
     * whoever read the row before.
     */
    public synchronized Optional<Instant> lastUse(long entryId) {
        return Optional.ofNullable(entries.getOrDefault(entryId, written.get(entryId))).map(Hits::last);
    }

    /** Writes what was counted since the last time; returns when all that was counted before is written. */
    @Scheduled(fixedDelayString = "PT2S")
    public void flush() {
        writing.lock();
        try {
            write();
        } finally {
            writing.unlock();
        }
    }

    private void write() {
        Map<UseTable.Group, UseTable.Tally> counted;
        Map<UseTable.Borrowed, UseTable.Tally> from;
        Map<Long, Hits> used;
        synchronized (this) {
            counted = groups;
            from = origins;
            used = entries;
            groups = new HashMap<>();
            origins = new HashMap<>();
            if (!used.isEmpty()) {
                written = used;
                entries = new HashMap<>();
            }
        }
        Map<Long, EntryLifecycle.Use> uses = new HashMap<>();
        used.forEach((id, entry) -> {
            FoundEntry row = entry.row();
            if (entry.tally().asked() > 0) {
                add(counted, row.repositoryId(), entry.last(), row.entry().scope(), row.operation(), HIT, entry.tally());
            }
            uses.put(id, entry.use());
        });
        inParts(new TreeMap<>(uses), entryRows::used);
        SortedMap<UseTable.Group, UseTable.Tally> sums = new TreeMap<>(UseTable.ORDER);
        sums.putAll(counted);
        inParts(sums, table::writeGroups);
        SortedMap<UseTable.Borrowed, UseTable.Tally> sources = new TreeMap<>(UseTable.Borrowed.ORDER);
        sources.putAll(from);
        inParts(sources, table::writeOrigins);
    }

    /** In transactions that hold nobody up. */
    private static <K, V> void inParts(SortedMap<K, V> whole, Consumer<SortedMap<K, V>> writer) {
        SortedMap<K, V> rest = whole;
        while (!rest.isEmpty()) {
            Optional<K> next = rest.keySet().stream().skip(AT_ONCE).findFirst();
            writer.accept(next.isPresent() ? rest.headMap(next.get()) : rest);
            rest = next.isPresent() ? rest.tailMap(next.get()) : Collections.emptySortedMap();
        }
    }

    /** Forgets what was counted before, a part at a time. */
    public void forget(Instant before) {
        while (table.forget(before, AT_ONCE) == AT_ONCE || table.forgetOrigins(before, AT_ONCE) == AT_ONCE) {
            // until nothing is left that is too old
        }
    }
}
