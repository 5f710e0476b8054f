package dev.strata.savings.books;

import dev.strata.savings.counted.Total;
import dev.strata.savings.ledger.Books;
import dev.strata.savings.ledger.Bookshelf;
import dev.strata.savings.ledger.Correction;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The one writer of the figures: folds into them what changes have noted, a batch in a transaction. Of processes that share
 * the database, one at a time is in such a transaction, and what was read before another one's counts for nothing.
 */
@Component
public class Bookkeeper {

    private static final Logger log = LoggerFactory.getLogger(Bookkeeper.class);

    private static final int BATCH = 100;
    /** How long a round in the background takes at the most, of the second that it has. The rest is the pushes'. */
    private static final Duration ROUND = Duration.ofMillis(250);
    /** How long an answer waits for it. */
    private static final Duration BEFORE_ANSWER = Duration.ofMillis(100);
    /** A database that is away for a while is no reason to set a change aside. */
    private static final int MOST_ATTEMPTS = 5;

    private final WriterFence fence;
    private final ChangeNotes notes;
    private final Folding folding;
    private final SetAsideChanges setAside;
    private final FirstAttempts first;
    private final FoldingPace pace;
    private final Bookshelf shelf;
    private final SavingsRedo redo;
    private final TransactionTemplate transactions;
    private final Clock clock;
    private final ReentrantLock writing = new ReentrantLock();
    private int attempts; // guarded by writing
    private long before; // guarded by writing: where the fence stood before the notes were read
    /** Guarded by writing: not many more than were folded last. What is read for those that are not folded is read again. */
    private int size = BATCH;

    Bookkeeper(
            WriterFence fence,
            ChangeNotes notes,
            Folding folding,
            SetAsideChanges setAside,
            FirstAttempts first,
            FoldingPace pace,
            Bookshelf shelf,
            SavingsRedo redo,
            PlatformTransactionManager transactions,
            Clock clock) {
        this.fence = fence;
        this.notes = notes;
        this.folding = folding;
        this.setAside = setAside;
        this.first = first;
        this.pace = pace;
        this.shelf = shelf;
        this.redo = redo;
        this.transactions = new TransactionTemplate(transactions);
        this.clock = clock;
    }

    /** Folds what was noted before this call, as far as the time allows. */
    public void catchUp(Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        try {
            if (!writing.tryLock(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        try {
            boolean more = true;
            while (more && System.nanoTime() < end) {
                more = foldBatch();
            }
        } finally {
            writing.unlock();
        }
    }

    @Scheduled(fixedDelayString = "PT1S")
    void catchUp() {
        try {
            catchUp(ROUND);
        } catch (TransientDataAccessException e) {
            log.warn("Changes cannot be folded now, which is tried again", e);
        }
    }

    /**
     * Folds what was noted before this call, so that figures that are read next are those of now, as a rule; says how
     * current they are.
     */
    public AsOf current() {
        try {
            catchUp(BEFORE_ANSWER);
        } catch (RuntimeException e) {
            log.warn("The figures are read as they stand, since changes cannot be folded into them now", e);
        }
        return new AsOf(clock.instant(), notes.count(), setAside.count());
    }

    /** Counts what no change notes. */
    public void count(Total total, long amount) {
        writing.lock();
        try {
            transactions.executeWithoutResult(status -> {
                fence.pass();
                Books books = shelf.open();
                books.add(total, amount);
                books.write();
                redo.bringCheckpointAbout();
            });
        } finally {
            writing.unlock();
        }
    }

    /** Corrects what was found wrong by the same amount as it is wrong by, so that it may change meanwhile. */
    public void correct(Consumer<Correction> corrections) {
        writing.lock();
        try {
            transactions.executeWithoutResult(status -> {
                fence.pass();
                corrections.accept(shelf.correction());
                redo.bringCheckpointAbout();
            });
        } finally {
            writing.unlock();
        }
    }

    /** Folds some changes, and says whether there are more. */
    private boolean foldBatch() {
        before = fence.stands();
        List<Note> batch = together(notes.oldest(first.isCareful() ? 1 : size));
        if (batch.isEmpty()) {
            return false;
        }
        if (first.isCareful() && first.begin(batch.getFirst())) {
            setAside(batch.getFirst(), new IllegalStateException("The process ended twice while this was counted"));
            return true;
        }
        try {
            fold(batch);
        } catch (WriterFence.PassedException e) {
            log.debug("Another process has folded them", e);
        } catch (RuntimeException | StackOverflowError e) {
            log.debug("Changes are folded one by one, since one of them failed", e);
            foldOneByOne(batch);
        }
        return true;
    }

    /** A comparison counts what is noted and not folded yet, so it comes alone. */
    private static List<Note> together(List<Note> oldest) {
        int size = 0;
        while (size < oldest.size() && !oldest.get(size).kind().isComparison()) {
            size++;
        }
        return oldest.subList(0, size == 0 ? Math.min(1, oldest.size()) : size);
    }

    private int fold(List<Note> batch) {
        Folding.Prepared prepared = folding.prepare(batch);
        long begin = System.nanoTime();
        int folded = folding.fold(batch, prepared, pace.rows(), before);
        before++;
        size = Math.min(BATCH, 2 * folded + 1);
        pace.took(Duration.ofNanos(System.nanoTime() - begin));
        return folded;
    }

    private void foldOneByOne(List<Note> batch) {
        try {
            batch.stream().allMatch(this::foldAlone);
        } catch (WriterFence.PassedException e) {
            log.debug("Another process has folded some of them", e);
        }
    }

    /** Whether the change is out of the way. */
    private boolean foldAlone(Note note) {
        try {
            boolean folded = fold(List.of(note)) == 1;
            attempts = 0;
            return folded;
        } catch (WriterFence.PassedException e) {
            throw e;
        } catch (TransientDataAccessException | NonTransientDataAccessResourceException | TransactionException e) {
            attempts++;
            if (attempts < MOST_ATTEMPTS) {
                throw e;
            }
            setAside(note, e);
        } catch (RuntimeException | StackOverflowError e) {
            setAside(note, e);
        }
        attempts = 0;
        return true;
    }

    private void setAside(Note note, Throwable why) {
        log.warn("What sharing saves is wrong until this change is looked at again, which cannot be counted: {}", note, why);
        setAside.setAside(note, String.valueOf(why));
    }
}
