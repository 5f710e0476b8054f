package dev.strata.savings.check;

import dev.strata.database.replicas.Claims;
import dev.strata.savings.books.Bookkeeper;
import dev.strata.savings.books.SetAsideChanges;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Counts the figures again from the registry's own tables, a page after the other, and mends what it finds. A difference
 * is a defect, so each is reported too.
 *
 * <p>Each page sees one state of the database. A figure in it is corrected by what it is wrong by, which stays the same
 * while changes are folded; what the books have and the registry does not, or the other way round, is compared again by
 * the one who folds. A repository of which changes are not folded yet has its turn in the next recount.
 */
@Component
public class Recount {

    private static final String CLAIM = "savings-recount";
    private static final Logger log = LoggerFactory.getLogger(Recount.class);

    /** A difference is a defect, and what a defect looks like shows in the first of them. */
    private static final int MOST_LOGGED = 20;
    /** How long the work takes at the most, of the second that it has. */
    private static final Duration ROUND = Duration.ofMillis(100);
    /** Between two recounts of everything: after one that found something, and after one that found nothing. */
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration LATER = Duration.ofHours(1);

    /** What is looked at, in an order in which each builds on those before. */
    private enum Stage {
        MANIFESTS(true),
        GONE_MANIFESTS(true),
        LINKS(true),
        HOLDINGS(true),
        OBJECTS(false),
        SIZES(true),
        REPOSITORY(true),
        STACKS(false),
        TOTALS(false);

        private final boolean byRepository;

        Stage(boolean byRepository) {
            this.byRepository = byRepository;
        }
    }

    private static final long END = -1;

    private final JdbcTemplate jdbc;
    private final ManifestRecount manifests;
    private final HoldingRecount holdings;
    private final ObjectRecount objects;
    private final StackRecount stacks;
    private final Bookkeeper bookkeeper;
    private final SetAsideChanges setAside;
    private final TransactionTemplate snapshots;
    private final Claims claims;
    private final Clock clock;
    private final AtomicLong differences = new AtomicLong();
    private volatile Optional<Instant> completedAt = Optional.empty();
    private Stage stage = Stage.MANIFESTS;
    private long repository;
    private long position;
    private long differencesBefore;
    private Instant notBefore;

    Recount(
            JdbcTemplate jdbc,
            ManifestRecount manifests,
            HoldingRecount holdings,
            ObjectRecount objects,
            StackRecount stacks,
            Bookkeeper bookkeeper,
            SetAsideChanges setAside,
            PlatformTransactionManager transactions,
            Claims claims,
            Clock clock) {
        this.jdbc = jdbc;
        this.manifests = manifests;
        this.holdings = holdings;
        this.objects = objects;
        this.stacks = stacks;
        this.bookkeeper = bookkeeper;
        this.setAside = setAside;
        this.snapshots = new TransactionTemplate(transactions);
        this.snapshots.setReadOnly(true);
        // The one isolation by which both databases show all tables as they were at one moment.
        this.snapshots.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
        this.claims = claims;
        this.clock = clock;
        this.notBefore = clock.instant();
    }

    /** How many differences have been found since the start. */
    public long differences() {
        return differences.get();
    }

    /** When everything had been recounted last. */
    public Optional<Instant> completedAt() {
        return completedAt;
    }

    @Scheduled(fixedDelayString = "PT1S", initialDelayString = "PT1M")
    synchronized void goOn() {
        long end = System.nanoTime() + ROUND.toNanos();
        // What two find wrong at the same time would be corrected twice.
        while (!clock.instant().isBefore(notBefore) && claims.has(CLAIM) && System.nanoTime() < end) {
            step();
        }
    }

    /**
     * Recounts everything once.
     *
     * @throws PessimisticLockingFailureException while another process recounts, or once it has taken the recount over
     */
    public synchronized void all() {
        boolean ended;
        do {
            if (!claims.has(CLAIM)) {
                throw new PessimisticLockingFailureException("Another process recounts the savings now");
            }
            ended = step();
        } while (!ended);
    }

    /** Looks at the next page, and says whether it was the last. */
    private boolean step() {
        boolean ended = false;
        if (stage.byRepository && position == 0) {
            List<Long> next = jdbc.queryForList(
                    "select id from repository where id > ? order by id limit 1", Long.class, repository);
            if (next.isEmpty()) {
                return goToNextStage();
            }
            repository = next.getFirst();
        }
        position = look();
        if (position == END) {
            position = 0;
            ended = !stage.byRepository && goToNextStage();
        }
        return ended;
    }

    private boolean goToNextStage() {
        position = 0;
        repository = 0;
        boolean last = stage == Stage.TOTALS;
        stage = last ? Stage.MANIFESTS : Stage.values()[stage.ordinal() + 1];
        if (last) {
            completedAt = Optional.of(clock.instant());
            notBefore = clock.instant().plus(differences.get() > differencesBefore ? SOON : LATER);
            differencesBefore = differences.get();
            setAside.retry();
        }
        return last;
    }

    private long look() {
        return switch (stage) {
            case MANIFESTS, SIZES -> page(found -> manifests.look(repository, position, found));
            case GONE_MANIFESTS -> page(found -> manifests.lookForGone(repository, position, found));
            case LINKS -> page(found -> holdings.lookAtLinks(repository, position, found));
            case HOLDINGS -> page(found -> holdings.look(repository, position, found));
            case OBJECTS -> page(found -> objects.look(position, found));
            case REPOSITORY -> page(found -> {
                holdings.lookAtWhole(repository, found);
                return END;
            });
            case STACKS -> page(found -> stacks.look(position, found));
            case TOTALS -> page(found -> {
                objects.lookAtTotals(found);
                return END;
            });
        };
    }

    private long page(ToLongFunction<Findings> look) {
        Findings found = new Findings();
        Long next = snapshots.execute(
                status -> stage.byRepository && isPending(repository) ? END : look.applyAsLong(found));
        found.differences.forEach(this::report);
        if (!found.corrections.isEmpty()) {
            bookkeeper.correct(correction -> {
                claims.require(CLAIM);
                found.corrections.forEach(one -> one.accept(correction));
            });
        }
        found.blobs.forEach(subject -> setAside.compareBlob(subject.repositoryId(), subject.id()));
        found.manifests.forEach(subject -> setAside.compareManifest(subject.repositoryId(), subject.id()));
        return next == null ? END : next;
    }

    private boolean isPending(long repositoryId) {
        return !jdbc.queryForList("select id from savings_change where repository_id = ? limit 1", Long.class, repositoryId)
                .isEmpty();
    }

    private void report(String difference) {
        if (differences.getAndIncrement() < MOST_LOGGED) {
            log.error("A figure of what sharing saves was wrong and is mended: {}", difference);
        }
    }
}
