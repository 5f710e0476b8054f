package dev.strata.cache;

import dev.strata.access.rights.Glob;
import java.util.List;
import java.util.stream.Stream;

/** Which repositories share, before it is asked who may read them. */
public sealed interface ShareGroups {

    /** All of them where nobody logs in, and else those whose names begin with the same component. */
    record Default() implements ShareGroups {}

    record All() implements ShareGroups {}

    record None() implements ShareGroups {}

    /** Those whose names begin with the same component, such as {@code team/web} and {@code team/api}. */
    record Namespaces() implements ShareGroups {}

    /** Those that match the same pattern. */
    record Patterns(List<Glob> patterns) implements ShareGroups {}

    /**
     * Reads {@code default}, {@code all}, {@code namespace}, {@code none}, or patterns with commas between them.
     *
     * @throws dev.strata.access.rights.InvalidGrantException for what is none of that
     */
    static ShareGroups of(String text) {
        return switch (text.strip()) {
            case "default" -> new Default();
            case "all" -> new All();
            case "none" -> new None();
            case "namespace" -> new Namespaces();
            default -> new Patterns(Stream.of(text.split(",", -1)).map(String::strip).map(Glob::of).toList());
        };
    }
}
