package dev.strata.registry.changes;

import dev.strata.oci.RepositoryName;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The transactions that change what a repository has: one at a time of each repository, so that none waits for a row
 * that another one holds. H2 waits for the rows of a transaction that took a statement back, and for those of an insert,
 * by asking again without a pause and without an end; a dozen that ask leave no processor to the one that they wait for.
 *
 * <p>The next one begins when the database has committed. The forces to the disk that follow are shared. Another process on
 * the same database has turns of its own: what holds between the two is the lock of the repository's row.
 */
@Component
public class RepositoryChanges {

    /** More than there are connections. Repositories that share one merely wait for each other. */
    private static final int TURNS = 256;

    /** Where the database is away, those before this one wait for it too. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final ReentrantLock[] turns =
            Stream.generate(ReentrantLock::new).limit(TURNS).toArray(ReentrantLock[]::new);
    private final PlatformTransactionManager transactions;

    RepositoryChanges(PlatformTransactionManager transactions) {
        this.transactions = transactions;
    }

    /**
     * Makes a change in a transaction of its own, never within another one, and says what it says.
     *
     * @param what it does, for the log where it takes long
     */
    @Retryable(
            includes = TransientDataAccessException.class,
            excludes = QueryTimeoutException.class,
            delay = 10,
            jitter = 10,
            multiplier = 4)
    public <T> T make(String what, RepositoryName repository, Supplier<T> change) {
        TransactionTemplate transaction = new TransactionTemplate(transactions);
        transaction.setName(what);
        ReentrantLock turn = turns[Math.floorMod(repository.hashCode(), TURNS)];
        // Before the transaction: who waits here holds no connection, and does not keep a checkpoint from its turn.
        take(turn, repository);
        try {
            return transaction.execute(status -> {
                TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                    @Override
                    public void afterCompletion(int outcome) {
                        turn.unlock();
                    }
                });
                return change.get();
            });
        } finally {
            if (turn.isHeldByCurrentThread()) {
                turn.unlock(); // the transaction never began
            }
        }
    }

    private static void take(ReentrantLock turn, RepositoryName repository) {
        try {
            if (turn.tryLock(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new DataAccessResourceFailureException("The changes of " + repository + " before this one do not end");
    }
}
