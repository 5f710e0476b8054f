package dev.strata.cache.exports;

import dev.strata.oci.Digest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a builder knows of one of its steps: by which key it finds it, and what came out. Records are different objects even
 * where they say the same.
 */
final class BuildRecord {

    /** A builder takes the newest that it can have. */
    private static final int MOST_RESULTS = 4;

    private final Digest digest;
    private final List<Set<Link>> inputs;
    private final List<Result> results = new ArrayList<>();
    private Instant exportedAt;

    /** @param inputs for each of what the step works on, the records of which one is enough */
    BuildRecord(Digest digest, List<Set<Link>> inputs, Instant exportedAt) {
        this.digest = digest;
        this.inputs = inputs.stream().<Set<Link>>map(LinkedHashSet::new).toList();
        this.exportedAt = exportedAt;
    }

    /**
     * What a step works on.
     *
     * @param selector which part of it; empty for all
     */
    record Link(String selector, BuildRecord source) {}

    /** What came out of a step. */
    record Result(LayerStack layers, Instant createdAt) {}

    Digest digest() {
        return digest;
    }

    List<Set<Link>> inputs() {
        return inputs;
    }

    List<Result> results() {
        return results;
    }

    /** When a builder exported it last. */
    Instant exportedAt() {
        return exportedAt;
    }

    void exportedAt(Instant at) {
        exportedAt = at;
    }

    /** Results come before those that are there. */
    void addFirst(List<Result> others) {
        List<Result> all = new ArrayList<>();
        others.forEach(result -> addNew(all, result));
        results.forEach(result -> addNew(all, result));
        results.clear();
        results.addAll(all.subList(0, Math.min(all.size(), MOST_RESULTS)));
    }

    private static void addNew(List<Result> all, Result result) {
        if (all.stream().noneMatch(one -> one.layers() == result.layers())) {
            all.add(result);
        }
    }
}
