package dev.strata.cache.lookup;

import dev.strata.cache.entries.Entry;
import dev.strata.cache.entries.MissReason;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Why a step misses.
 *
 * @param detail names of what differs, by their kind: {@code variables}, {@code fields}, {@code paths}; never a value
 * @param more how many paths differ besides those that are named
 * @param nearest the entry of the repository that comes nearest
 * @param elsewhere what another repository has of the very step, where the caller asks for explanations
 */
public record ExplainedMiss(
        MissReason reason,
        Map<String, List<String>> detail,
        int more,
        Optional<Entry> nearest,
        Optional<NotTaken> elsewhere) {

    private static final int MOST_PATHS = 20;

    ExplainedMiss(MissReason reason, Map<String, List<String>> detail, Optional<Entry> nearest) {
        this(reason, detail, 0, nearest, Optional.empty());
    }

    static ExplainedMiss of(MissReason reason) {
        return new ExplainedMiss(reason, Map.of(), Optional.empty());
    }

    /** The same, with the first of these paths named. */
    ExplainedMiss withPaths(Collection<String> paths) {
        if (paths.isEmpty()) {
            return this;
        }
        Map<String, List<String>> named = new TreeMap<>(detail);
        named.put("paths", paths.stream().limit(MOST_PATHS).toList());
        return new ExplainedMiss(reason, named, Math.max(0, paths.size() - MOST_PATHS), nearest, elsewhere);
    }

    /** The same, and what another repository has. */
    ExplainedMiss with(Optional<NotTaken> there) {
        return new ExplainedMiss(reason, detail, more, nearest, there);
    }
}
