package dev.strata.cache;

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
 */
record FoundEntry(
        long id,
        long repositoryId,
        EntryState state,
        String operation,
        Instant usedAt,
        boolean changedNothing,
        Optional<StoredBlob> blob,
        Entry entry) {

    /** The same as its row says now. */
    FoundEntry as(EntryState state, Instant usedAt, long hits) {
        if (state == this.state && hits == entry.hits() && usedAt.equals(this.usedAt)) {
            return this;
        }
        Entry used = entry.as(
                state == EntryState.VERIFIED, hits, hits == 0 ? Optional.empty() : Optional.of(usedAt));
        return new FoundEntry(id, repositoryId, state, operation, usedAt, changedNothing, blob, used);
    }
}
