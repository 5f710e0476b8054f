package dev.strata.database.work;

import java.time.Duration;
import java.util.Optional;

/**
 * A kind of background work. Each bean of this type gets a thread of its own and the items that {@link WorkQueue#add} noted
 * for it, one piece at a time.
 */
public interface Work {

    /** Its name in the database, the metrics and the logs: kebab-case, at most 32 characters. It never changes. */
    String name();

    /**
     * Does the next piece of an item, in transactions of its own. Each of them holds up checkpoints and so everybody who
     * writes: it ends well within 200 ms. A piece may be done twice, as after a crash.
     *
     * @return what comes next for this item
     * @throws Exception where it failed: it is tried again after a pause, and set aside after the third time, or the
     *     second where it {@link #isRisky}
     */
    Outcome doNext(Item item) throws Exception;

    /**
     * Whether an item could end the process, for instance by the memory that it takes. The attempt is then durable before it
     * begins, so that an item that ended the process twice is set aside.
     */
    default boolean isRisky() {
        return false;
    }

    /**
     * @param progress what the last {@link Outcome.GoOn} said; absent at the beginning
     * @param attempts how often this piece failed before
     */
    record Item(String subject, Optional<String> progress, int attempts) {}

    /** What comes next for an item. */
    sealed interface Outcome {

        /** The item is done. */
        record Done() implements Outcome {}

        /** There is more to do, from here on. Other items of this work have their turn first. */
        record GoOn(String progress) implements Outcome {}

        /** It cannot be done yet. The same piece is tried again after the pause. */
        record Later(Duration pause) implements Outcome {}
    }
}
