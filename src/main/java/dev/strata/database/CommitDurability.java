package dev.strata.database;

import java.util.function.BiConsumer;

/**
 * How a database's commits become durable before they are acknowledged. Called by {@link DurableTransactionManager}
 * around each transaction that writes.
 */
interface CommitDurability extends Durability {

    /**
     * Makes changes again that a crash may have taken out of the database, and says how many.
     *
     * @param again makes one of a feature, each in a transaction of its own
     */
    int replay(BiConsumer<Character, byte[]> again);

    /** A transaction that writes is about to begin on this thread. */
    void begin();

    /** The transaction is over. */
    void end();

    /** Returns when what this thread has committed is durable. */
    void force();

    /** Moves what was noted into the database for good, where there is any. */
    void checkpointIfNeeded();

    /** Of a database whose commit is durable when it returns. */
    final class OfTheDatabase implements CommitDurability {

        @Override
        public int replay(BiConsumer<Character, byte[]> again) {
            return 0;
        }

        @Override
        public void begin() {
            // nothing to exclude
        }

        @Override
        public void append(char feature, byte[] change) {
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
