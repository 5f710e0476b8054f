package dev.strata.cache;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Why a step misses.
 *
 * @param detail names of what differs, by their kind: {@code variables}, {@code fields}, {@code paths}; never a value
 * @param nearest the entry that comes nearest
 */
public record Explanation(MissReason reason, Map<String, List<String>> detail, Optional<Entry> nearest) {

    static Explanation of(MissReason reason) {
        return new Explanation(reason, Map.of(), Optional.empty());
    }
}
