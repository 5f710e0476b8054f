package dev.strata.savings.books;

import dev.strata.savings.ledger.Books;
import dev.strata.savings.ledger.Bookshelf;
import dev.strata.savings.ledger.DefectException;
import dev.strata.savings.ledger.Total;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The one writer of the figures: folds into them what changes have noted, a batch in a transaction. */
@Component
public class Bookkeeper {

    private static final Logger log = LoggerFactory.getLogger(Bookkeeper.class);

    /** Few enough that a checkpoint of the database, which waits for this transaction, does not hold pushes up. */
    private static final int BATCH = 100;
    /** How long a round in the background takes at the most, of the second that it has. The rest is the pushes'. */
    private static final Duration ROUND = Duration.ofMillis(250);

    /** How long an answer waits for it. */
    private static final Duration BEFORE_ANSWER = Duration.ofMillis(25);

    private final ChangeNotes notes;
    private final Bookshelf tables;
    private final Configurations configurations;
    private final SavingsRedo redo;
    private final TransactionTemplate transactions;
    private final Clock clock;
    private final ReentrantLock folding = new ReentrantLock();
    private final AtomicLong defects = new AtomicLong();

    Bookkeeper(
            ChangeNotes notes,
            Bookshelf tables,
            Configurations configurations,
            SavingsRedo redo,
            PlatformTransactionManager transactions,
            Clock clock) {
        this.notes = notes;
        this.tables = tables;
        this.configurations = configurations;
        this.redo = redo;
        this.transactions = new TransactionTemplate(transactions);
        this.clock = clock;
    }

    /** Folds what was noted before this call, as far as the time allows. */
    public void catchUp(Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        try {
            if (!folding.tryLock(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        try {
            while (foldBatch() == BATCH && System.nanoTime() < end) {
                log.trace("More has been noted");
            }
        } finally {
            folding.unlock();
        }
    }

    @Scheduled(fixedDelayString = "PT1S")
    void catchUp() {
        catchUp(ROUND);
    }

    /**
     * Folds what was noted before this call, so that figures that are read next are those of now, as a rule; says how
     * current they are.
     */
    public AsOf current() {
        catchUp(BEFORE_ANSWER);
        return new AsOf(clock.instant(), notes.count());
    }

    /** Counts what no change notes. */
    public void count(Total total, long amount) {
        folding.lock();
        try {
            transactions.executeWithoutResult(status -> {
                Books books = tables.open();
                books.add(total, amount);
                books.write();
                redo.bringCheckpointAbout();
            });
        } finally {
            folding.unlock();
        }
    }

    /** How many changes were found that do not fit what was counted before. */
    public long defects() {
        return defects.get();
    }

    private int foldBatch() {
        List<Note> batch = notes.oldest(BATCH);
        if (!batch.isEmpty()) {
            try {
                transactions.executeWithoutResult(status -> fold(batch));
            } catch (DefectException e) {
                batch.forEach(this::foldAlone);
            }
        }
        return batch.size();
    }

    private void foldAlone(Note note) {
        try {
            transactions.executeWithoutResult(status -> fold(List.of(note)));
        } catch (DefectException e) {
            defects.incrementAndGet();
            log.error("The figures of what sharing saves are wrong from here on: {} does not fit them", note, e);
            transactions.executeWithoutResult(status -> notes.delete(List.of(note)));
        }
    }

    private void fold(List<Note> batch) {
        Books books = tables.open();
        if (books.amount(Total.COUNTED_SINCE) == 0) {
            books.add(Total.COUNTED_SINCE, clock.millis());
        }
        ImageParts parts = new ImageParts(books, tables.references());
        LayerTree tree = new LayerTree(books, parts, configurations);
        Accounting accounting = new Accounting(books, parts, tables.references(), tree);
        batch.forEach(accounting::fold);
        books.write();
        notes.delete(batch);
    }
}
