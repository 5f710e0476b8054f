package dev.strata.cache.entries;

import dev.strata.storage.StoredBlob;
import java.time.Instant;
import java.util.Optional;

/**
 * An entry as the database has it.
 *
 * @param id its row
 * @param repositoryId whose it is
 * @param state how it stands
 * @param operation its instruction's keyword
 * @param usedAt when it was made or used last, some seconds late
 * @param changedNothing whether it has no layer because the step changed nothing
 * @param blob where its layer lies, as far as the repository still has it
 * @param promisedAt when somebody was told last that the layer is there; absent where it is not
 */
public record FoundEntry(
        long id,
        long repositoryId,
        EntryState state,
        String operation,
        Instant usedAt,
        boolean changedNothing,
        Optional<StoredBlob> blob,
        Optional<Instant> promisedAt,
        Entry entry) {

    /** The same, in the state in which it is now, and with the promise that was made last. */
    FoundEntry as(EntryState now, Optional<Instant> promised) {
        return now == state && promised.equals(promisedAt)
                ? this
                : new FoundEntry(
                        id,
                        repositoryId,
                        now,
                        operation,
                        usedAt,
                        changedNothing,
                        blob,
                        promised,
                        now == state ? entry : entry.as(now == EntryState.VERIFIED));
    }
}
