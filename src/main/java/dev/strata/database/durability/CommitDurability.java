package dev.strata.database.durability;

import dev.strata.database.journal.Noted;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** How a database's commits become durable. {@link DurableTransactionManager} calls it around each that writes. */
public interface CommitDurability {

    /**
     * Makes changes again that a crash may have taken out of the database, and says how many.
     *
     * @param again makes one in a transaction of its own
     */
    int replay(Consumer<Noted> again);

    /** A transaction that writes is about to begin on this thread. */
    void begin();

    /** Notes what the transaction is about to commit. */
    void note(List<Noted> changes);

    /** What was noted was not committed after all. */
    void notCommitted();

    /** The transaction is over. */
    void end();

    /** Returns when what this thread has committed is durable. */
    void force();

    /** Moves what was noted into the database for good, where there is any. */
    void checkpointIfNeeded();

    /** Returns when everything that was committed is durable, whether it was noted or not. */
    void checkpoint();

    /**
     * Writes a copy of the whole database, with everything that was committed before, while others go on.
     *
     * @return whether it can be copied so
     */
    boolean copy(Path zip) throws IOException;

    /** Files of changes that were found damaged and are kept. */
    int damagedFiles();

    /** Changes that could not be made again and are kept. */
    int setAside();

    /** Of a database whose commit is durable when it returns. */
    final class OfTheDatabase implements CommitDurability {

        @Override
        public int replay(Consumer<Noted> again) {
            return 0;
        }

        @Override
        public void begin() {
            // nothing to exclude
        }

        @Override
        public void note(List<Noted> changes) {
            // the database notes it itself
        }

        @Override
        public void notCommitted() {
            // the database knows
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

        @Override
        public void checkpoint() {
            // it is durable already
        }

        @Override
        public boolean copy(Path zip) {
            return false;
        }

        @Override
        public int damagedFiles() {
            return 0;
        }

        @Override
        public int setAside() {
            return 0;
        }
    }
}
