package dev.strata.registry;

import org.jspecify.annotations.Nullable;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;

/**
 * Returns from a commit when it is durable. The force comes after the connection went back to its pool, so that as
 * many transactions as there are requests can share one.
 */
final class DurableTransactionManager implements PlatformTransactionManager {

    private final PlatformTransactionManager transactions;
    private final Durability durability;

    DurableTransactionManager(PlatformTransactionManager transactions, Durability durability) {
        this.transactions = transactions;
        this.durability = durability;
    }

    @Override
    public TransactionStatus getTransaction(@Nullable TransactionDefinition definition) {
        return transactions.getTransaction(definition);
    }

    @Override
    public void commit(TransactionStatus status) {
        if (!status.isNewTransaction() || status.isReadOnly()) {
            transactions.commit(status);
            return;
        }
        boolean journaled = durability.endTransaction();
        transactions.commit(status);
        durability.force(journaled);
    }

    @Override
    public void rollback(TransactionStatus status) {
        if (status.isNewTransaction()) {
            durability.endTransaction();
        }
        transactions.rollback(status);
    }
}
