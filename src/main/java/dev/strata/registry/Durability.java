package dev.strata.registry;

import java.util.function.Consumer;

/**
 * How a database's commits become durable before they are acknowledged. Called by {@link DurableTransactionManager}
 * around each transaction that writes, and by what writes in it.
 */
interface Durability {

    /**
     * Makes changes again that a crash may have taken out of the database, and says how many.
     *
     * @param again makes one, each in a transaction of its own
     */
    int replay(Consumer<Change> again);

    /** A transaction that writes is about to begin on this thread. */
    void begin();

    /**
     * Notes what the running transaction is about to commit, after it has taken its locks: so conflicting changes are
     * noted in the order in which they are committed.
     */
    void append(Change change);

    /** The transaction is over. */
    void end();

    /** Returns when what this thread has committed is durable. */
    void force();

    /** Moves what was noted into the database for good, where there is any. */
    void checkpointIfNeeded();

    /** Of a database whose commit is durable when it returns. */
    final class OfTheDatabase implements Durability {

        @Override
        public int replay(Consumer<Change> again) {
            return 0;
        }

        @Override
        public void begin() {
            // nothing to exclude
        }

        @Override
        public void append(Change change) {
            // nothing to note
        }

        @Override
        public void end() {
            // nothing was excluded
        }

        @Override
        public void force() {
            // it is durable already
        }

        @Override
        public void checkpointIfNeeded() {
            // nothing was noted
        }
    }
}
