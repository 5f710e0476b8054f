package dev.strata.database;

/**
 * What makes a transaction outlive a crash. When a method that is transactional returns, what it appended is durable;
 * what it wrote without appending it is durable only some seconds later, as is good enough for counters.
 */
public interface Durability {

    /**
     * Notes what the running transaction is about to commit, after it has taken its locks: so conflicting changes are
     * noted in the order in which they are committed. It is the last thing before the commit: what is noted is made
     * again after a crash, also where the transaction was rolled back.
     *
     * @param feature whose change it is: that of its {@link Redo}
     * @param change what {@link Redo#redo} needs to make it again
     */
    void append(char feature, byte[] change);
}
