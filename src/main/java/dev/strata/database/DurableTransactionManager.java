package dev.strata.database;

import org.jspecify.annotations.Nullable;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Returns from a commit when it is durable. The force comes after the connection went back to its pool, so that as
 * many transactions as there are requests can share one.
 */
final class DurableTransactionManager implements PlatformTransactionManager {

    private final PlatformTransactionManager transactions;
    private final CommitDurability durability;

    DurableTransactionManager(PlatformTransactionManager transactions, CommitDurability durability) {
        this.transactions = transactions;
        this.durability = durability;
    }

    @Override
    public TransactionStatus getTransaction(@Nullable TransactionDefinition definition) {
        boolean writes = definition == null || !definition.isReadOnly();
        if (!writes || TransactionSynchronizationManager.isActualTransactionActive()) {
            return transactions.getTransaction(definition);
        }
        durability.begin();
        try {
            return transactions.getTransaction(definition);
        } catch (RuntimeException e) {
            durability.end();
            throw e;
        }
    }

    @Override
    public void commit(TransactionStatus status) {
        boolean writes = isOuterWrite(status);
        try {
            transactions.commit(status);
        } finally {
            if (writes) {
                durability.end();
            }
        }
        if (writes) {
            durability.force();
        }
    }

    @Override
    public void rollback(TransactionStatus status) {
        boolean writes = isOuterWrite(status);
        try {
            transactions.rollback(status);
        } finally {
            if (writes) {
                durability.end();
            }
        }
    }

    private static boolean isOuterWrite(TransactionStatus status) {
        return status.isNewTransaction() && !status.isReadOnly();
    }
}
