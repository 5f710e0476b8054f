package dev.strata.registry;

import java.io.IOException;
import java.util.function.Consumer;

/** How a database's commits become durable before they are acknowledged. */
interface Durability extends AutoCloseable {

    /**
     * Makes changes again that a crash may have taken out of the database, and says how many.
     *
     * @param again makes one, each in a transaction of its own
     */
    int replay(Consumer<Change> again) throws IOException;

    /**
     * Notes what the running transaction is about to commit, after it has taken its locks: so conflicting changes are
     * noted in the order in which they are committed.
     */
    void append(Change change);

    /** Forgets the thread's transaction, and says whether its change was noted. */
    boolean endTransaction();

    /**
     * Returns when what this thread has committed is durable.
     *
     * @param journaled what {@link #endTransaction} said of it
     */
    void force(boolean journaled);

    /** Moves what was noted into the database for good, where there is any. */
    void checkpointIfNeeded();

    @Override
    void close() throws IOException;

    /** Of a database whose commit is durable when it returns. */
    final class OfTheDatabase implements Durability {

        @Override
        public int replay(Consumer<Change> again) {
            return 0;
        }

        @Override
        public void append(Change change) {
            // nothing to note
        }

        @Override
        public boolean endTransaction() {
            return false;
        }

        @Override
        public void force(boolean journaled) {
            // it is durable already
        }

        @Override
        public void checkpointIfNeeded() {
            // nothing was noted
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
