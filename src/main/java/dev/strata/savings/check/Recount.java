package dev.strata.savings.check;

import dev.strata.savings.books.Bookkeeper;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Counts the figures again from the registry's own tables, a repository after the other, and reports every difference
 * as a defect. Each slice sees one state of the database, in which what is noted and not folded yet tells which
 * repositories cannot be compared now.
 */
@Component
public class Recount {

    private static final Logger log = LoggerFactory.getLogger(Recount.class);

    /** A difference is a defect, and what a defect looks like shows in the first of them. */
    private static final int MOST_LOGGED = 20;
    /** How long a slice of the work takes at the most, of the second that it has. */
    private static final Duration ROUND = Duration.ofMillis(100);
    /** Between two recounts of everything. */
    private static final Duration PAUSE = Duration.ofHours(1);

    private final JdbcTemplate jdbc;
    private final RepositoryRecount repositories;
    private final ObjectRecount objects;
    private final Bookkeeper bookkeeper;
    private final TransactionTemplate snapshots;
    private final Clock clock;
    private final AtomicLong differences = new AtomicLong();
    private volatile Optional<Instant> completedAt = Optional.empty();
    private long last; // the repository that was recounted last; only the scheduler's
    private Instant notBefore;

    Recount(
            JdbcTemplate jdbc,
            RepositoryRecount repositories,
            ObjectRecount objects,
            Bookkeeper bookkeeper,
            PlatformTransactionManager transactions,
            Clock clock) {
        this.jdbc = jdbc;
        this.repositories = repositories;
        this.objects = objects;
        this.bookkeeper = bookkeeper;
        this.snapshots = new TransactionTemplate(transactions);
        this.snapshots.setReadOnly(true);
        // The one isolation by which both databases show all tables as they were at one moment.
        this.snapshots.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
        this.clock = clock;
        this.notBefore = clock.instant();
    }

    /** How many differences have been found since the start. */
    public long differences() {
        return differences.get() + bookkeeper.defects();
    }

    /** When everything had been recounted last. */
    public Optional<Instant> completedAt() {
        return completedAt;
    }

    @Scheduled(fixedDelayString = "PT1S", initialDelayString = "PT1M")
    void goOn() {
        long end = System.nanoTime() + ROUND.toNanos();
        while (!clock.instant().isBefore(notBefore) && System.nanoTime() < end) {
            step();
        }
    }

    /** Recounts everything once. */
    public void all() {
        do {
            step();
        } while (last > 0);
    }

    /** Recounts the next repository, and after the last one what is counted over all of them. */
    private void step() {
        List<Long> next = jdbc.queryForList("select id from repository where id > ? order by id limit 1", Long.class, last);
        if (next.isEmpty()) {
            report(snapshots.execute(status -> objects.differences()));
            last = 0;
            completedAt = Optional.of(clock.instant());
            notBefore = clock.instant().plus(PAUSE);
        } else {
            last = next.getFirst();
            report(snapshots.execute(status -> repositories.differences(last)));
        }
    }

    private void report(List<String> found) {
        for (String difference : found) {
            if (differences.getAndIncrement() < MOST_LOGGED) {
                log.error("A figure of what sharing saves is wrong: {}", difference);
            }
        }
    }
}
