package dev.strata.database.durability;

import dev.strata.database.journal.Noted;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Notes what a transaction changed just before it commits, and returns from the commit when that is durable. The force
 * comes after the connection went back to its pool, so that as many transactions as there are requests can share one.
 */
public final class DurableTransactionManager implements PlatformTransactionManager, Durability {

    private final PlatformTransactionManager transactions;
    private final CommitDurability durability;
    private final WriteWatch watch;
    private final Runnable force;
    private final ThreadLocal<@Nullable Write> current = new ThreadLocal<>();

    /** Of transactions that say what they change. */
    public DurableTransactionManager(PlatformTransactionManager transactions, CommitDurability durability, WriteWatch watch) {
        this(transactions, durability, watch, durability::force);
    }

    private DurableTransactionManager(
            PlatformTransactionManager transactions, CommitDurability durability, WriteWatch watch, Runnable force) {
        this.transactions = transactions;
        this.durability = durability;
        this.watch = watch;
        this.force = force;
    }

    /** Of transactions that do not say what they change: a checkpoint follows each, so they must be few. */
    public static DurableTransactionManager checkpointing(
            PlatformTransactionManager transactions, CommitDurability durability, WriteWatch watch) {
        return new DurableTransactionManager(transactions, durability, watch, durability::checkpoint);
    }

    @Override
    public void checkpoint() {
        durability.checkpoint();
    }

    @Override
    public TransactionStatus getTransaction(@Nullable TransactionDefinition definition) {
        TransactionDefinition wanted = definition == null ? TransactionDefinition.withDefaults() : definition;
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            requireSameTransaction(wanted);
            return transactions.getTransaction(wanted);
        }
        return wanted.isReadOnly() ? transactions.getTransaction(wanted) : beginWrite(wanted);
    }

    /** The inner one would wait for a checkpoint that waits for the outer one, and be noted before it. */
    private static void requireSameTransaction(TransactionDefinition wanted) {
        int propagation = wanted.getPropagationBehavior();
        if (propagation == TransactionDefinition.PROPAGATION_REQUIRES_NEW
                || propagation == TransactionDefinition.PROPAGATION_NESTED) {
            throw new IllegalTransactionStateException("A transaction cannot begin within another one");
        }
    }

    private TransactionStatus beginWrite(TransactionDefinition wanted) {
        durability.begin();
        boolean begun = false;
        try {
            TransactionStatus status = transactions.getTransaction(wanted);
            if (status.isNewTransaction()) {
                String name = wanted.getName();
                Write write = new Write(status, watch.begin(name == null ? "do what has no name" : name));
                current.set(write);
                begun = true;
            }
            return status;
        } finally {
            if (!begun) {
                durability.end();
            }
        }
    }

    @Override
    public void append(char feature, byte[] change) {
        Write write = current.get();
        if (write == null
                || write.isNoted
                || !TransactionSynchronizationManager.isActualTransactionActive()
                || TransactionSynchronizationManager.isCurrentTransactionReadOnly()) {
            throw new IllegalTransactionStateException("No transaction that writes is under way");
        }
        write.changes.add(new Noted(feature, change));
    }

    @Override
    public void commit(TransactionStatus status) {
        Write write = of(status);
        try {
            if (write != null) {
                // Registered now, it is the last of all that have something to do before the commit.
                TransactionSynchronizationManager.registerSynchronization(write);
            }
            transactions.commit(status);
        } finally {
            end(write);
        }
        if (write != null) {
            force.run();
        }
    }

    @Override
    public void rollback(TransactionStatus status) {
        Write write = of(status);
        try {
            transactions.rollback(status);
        } finally {
            end(write);
        }
    }

    /** The transaction that this is the status of; null where that one goes on, or does not write. */
    private @Nullable Write of(TransactionStatus status) {
        Write write = current.get();
        return write != null && write.status == status ? write : null;
    }

    private void end(@Nullable Write write) {
        if (write != null) {
            current.remove();
            durability.end();
            watch.end(write.watched);
        }
    }

    /** A transaction that writes: what it has changed so far. */
    private final class Write implements TransactionSynchronization, Ordered {

        private final TransactionStatus status;
        private final WriteWatch.Watched watched;
        private final List<Noted> changes = new ArrayList<>();
        private boolean isNoted;

        Write(TransactionStatus status, WriteWatch.Watched watched) {
            this.status = status;
            this.watched = watched;
        }

        @Override
        public void beforeCommit(boolean readOnly) {
            status.flush(); // what is refused here is not noted
            if (!changes.isEmpty()) {
                durability.note(changes);
                isNoted = true;
            }
        }

        @Override
        public void afterCompletion(int outcome) {
            if (isNoted && outcome != STATUS_COMMITTED) {
                durability.notCommitted();
            }
        }

        /** Nothing comes between this and the commit. */
        @Override
        public int getOrder() {
            return Ordered.LOWEST_PRECEDENCE;
        }
    }
}
