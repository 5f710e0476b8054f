package dev.strata.savings.books;

import dev.strata.database.Durability;
import dev.strata.database.Redo;
import org.springframework.stereotype.Component;

/**
 * Makes what is counted without a change of the registry's outlive a stop. The embedded database is written by
 * checkpoints, and those follow what is appended to the journal: an empty change brings one about.
 */
@Component
public class SavingsRedo implements Redo {

    private static final char FEATURE = 's';

    private final Durability durability;

    SavingsRedo(Durability durability) {
        this.durability = durability;
    }

    /** What the running transaction writes is durable some seconds later. */
    public void bringCheckpointAbout() {
        durability.append(FEATURE, new byte[0]);
    }

    @Override
    public char feature() {
        return FEATURE;
    }

    @Override
    public void redo(byte[] change) {
        // What it stood for was counted, and a crash before the checkpoint has taken the count.
    }
}
