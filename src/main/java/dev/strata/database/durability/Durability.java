package dev.strata.database.durability;

/**
 * What makes a transaction outlive a crash. When a method that is transactional returns, what it appended is durable;
 * what it wrote without appending it is durable only some seconds later, as is good enough for counters.
 */
public interface Durability {

    /**
     * Says what the running transaction changes. The changes of a transaction are noted together, in this order, as the
     * last thing before it commits: its locks are still held then, so transactions that change the same rows are noted in
     * the order in which they commit. Where it is rolled back nothing is noted.
     *
     * @param feature whose change it is: the letter of its own
     * @param change what the feature needs to make it again
     * @throws org.springframework.transaction.IllegalTransactionStateException outside of a transaction that writes
     */
    void append(char feature, byte[] change);

    /**
     * Returns when all is durable that was committed before, also what nobody appended. It takes as long as some dozens of
     * changes: for what happens seldom. Not within a transaction.
     */
    void checkpoint();
}
