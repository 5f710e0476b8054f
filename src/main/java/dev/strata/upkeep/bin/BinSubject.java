package dev.strata.upkeep.bin;

import dev.strata.registry.DeletionId;

/** What there is to do with the bin, as the queue has it. */
sealed interface BinSubject {

    /** What can no longer be taken back. */
    record Gone() implements BinSubject {}

    /** What goes along with a manifest that was deleted from a repository. */
    record Along(DeletionId deletion, long repositoryId, long manifestId) implements BinSubject {}

    default String text() {
        return switch (this) {
            case Gone() -> "gone";
            case Along(var deletion, long repositoryId, long manifestId) ->
                "along manifest " + manifestId + " of repository " + repositoryId + " in " + deletion;
        };
    }

    static BinSubject of(String text) {
        String[] words = text.split(" ");
        return words[0].equals("gone")
                ? new Gone()
                : new Along(DeletionId.of(words[7]), Long.parseLong(words[5]), Long.parseLong(words[2]));
    }
}
