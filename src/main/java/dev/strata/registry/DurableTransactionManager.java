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
    private final GroupCommit groupCommit;

    DurableTransactionManager(PlatformTransactionManager transactions, GroupCommit groupCommit) {
        this.transactions = transactions;
        this.groupCommit = groupCommit;
    }

    @Override
    public TransactionStatus getTransaction(@Nullable TransactionDefinition definition) {
        return transactions.getTransaction(definition);
    }

    @Override
    public void commit(TransactionStatus status) {
        boolean writes = status.isNewTransaction() && !status.isReadOnly();
        transactions.commit(status);
        if (writes) {
            groupCommit.force();
        }
    }

    @Override
    public void rollback(TransactionStatus status) {
        transactions.rollback(status);
    }
}
