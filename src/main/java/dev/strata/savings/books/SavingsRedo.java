package dev.strata.savings.books;

import dev.strata.database.durability.Durability;
import dev.strata.database.replay.Redo;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;

/**
 * Makes what is counted without a change of the registry's outlive a stop. The embedded database is written by
 * checkpoints, and those follow what is appended to the journal: an empty change brings one about.
 */
@Component
public class SavingsRedo implements Redo {

    private static final char FEATURE = 's';

    private final Durability durability;
    private Consumer<byte[]> listener = change -> {};

    SavingsRedo(Durability durability) {
        this.durability = durability;
    }

    /** What the running transaction writes is durable some seconds later. */
    public void bringCheckpointAbout() {
        durability.append(FEATURE, new byte[0]);
    }

    /** The running transaction is durable when it has committed; the listener is given this where that has to be redone. */
    void append(byte[] change) {
        durability.append(FEATURE, change);
    }

    /** Hears of what was appended before a crash, apart from what is empty. */
    void listen(Consumer<byte[]> redone) {
        listener = redone;
    }

    @Override
    public char feature() {
        return FEATURE;
    }

    @Override
    public void redo(byte[] change) {
        // What an empty one stood for was counted, and a crash before the checkpoint has taken the count.
        if (change.length > 0) {
            listener.accept(change);
        }
    }
}
