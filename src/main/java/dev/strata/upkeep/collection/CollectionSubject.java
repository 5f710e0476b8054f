package dev.strata.upkeep.collection;

/** What the collection has to look at, as the queue has it. */
sealed interface CollectionSubject {

    /** Links of blobs that are due. */
    record Links() implements CollectionSubject {}

    /** Blobs that are due. */
    record Blobs() implements CollectionSubject {}

    /** Bytes of blobs that are due. */
    record Files() implements CollectionSubject {}

    /** A manifest left a repository. */
    record LeftRepository(long repositoryId, long manifestId) implements CollectionSubject {}

    /** A manifest may be in no repository. */
    record Leftover(long manifestId) implements CollectionSubject {}

    /** Nothing may be left in a repository. */
    record Emptied(long repositoryId) implements CollectionSubject {}

    default String text() {
        return switch (this) {
            case Links() -> "links";
            case Blobs() -> "blobs";
            case Files() -> "files";
            case LeftRepository(long repositoryId, long manifestId) ->
                "manifest " + manifestId + " of repository " + repositoryId;
            case Leftover(long manifestId) -> "manifest " + manifestId;
            case Emptied(long repositoryId) -> "repository " + repositoryId;
        };
    }

    static CollectionSubject of(String text) {
        String[] words = text.split(" ");
        return switch (words[0]) {
            case "links" -> new Links();
            case "blobs" -> new Blobs();
            case "files" -> new Files();
            case "repository" -> new Emptied(Long.parseLong(words[1]));
            case "manifest" ->
                words.length == 2
                        ? new Leftover(Long.parseLong(words[1]))
                        : new LeftRepository(Long.parseLong(words[4]), Long.parseLong(words[1]));
            default -> throw new IllegalArgumentException("Nothing is collected by this name: " + text);
        };
    }
}
