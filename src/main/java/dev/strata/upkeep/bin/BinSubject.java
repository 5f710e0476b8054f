package dev.strata.upkeep.bin;

import dev.strata.registry.DeletionId;
import dev.strata.upkeep.history.Ending;
import java.time.Instant;

/** What there is to do with the bin, as the queue has it. */
sealed interface BinSubject {

    /** What can no longer be taken back. */
    record Gone() implements BinSubject {}

    /** What goes along with a manifest that was deleted from a repository at that time. */
    record Along(DeletionId deletion, Instant at, long repositoryId, long manifestId) implements BinSubject {

        static Along of(Ending ending, long repositoryId, long manifestId) {
            return new Along(ending.deletion(), ending.at(), repositoryId, manifestId);
        }
    }

    default String text() {
        return switch (this) {
            case Gone() -> "gone";
            case Along(var deletion, var at, long repositoryId, long manifestId) ->
                "along manifest " + manifestId + " of repository " + repositoryId + " in " + deletion + " at " + at;
        };
    }

    static BinSubject of(String text) {
        String[] words = text.split(" ");
        return words[0].equals("gone")
                ? new Gone()
                : new Along(
                        DeletionId.of(words[7]), Instant.parse(words[9]), Long.parseLong(words[5]), Long.parseLong(words[2]));
    }
}
