package dev.strata.cache.exports;

import dev.strata.cache.exports.BuildRecord.Link;
import dev.strata.oci.Digest;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The records of several exports together, each once. Two records are the same if they have one digest, and for each input a
 * source in common, as a builder sees it when it reads them. No record comes to need itself by that.
 */
final class RecordUnion {

    /** One is enough, and builders name new ones with each build. */
    private static final int MOST_SOURCES = 32;
    /** Records that are looked at to see whether one needs another; far more than real caches make necessary. */
    private static final long MOST_STEPS = 5_000_000;

    private final Map<Key, List<BuildRecord>> known = new HashMap<>();
    private final Set<BuildRecord> there = new LinkedHashSet<>();
    private long steps;

    /** @param first one of the sources of the first input */
    private record Key(Digest digest, int inputs, Optional<Link> first) {}

    RecordUnion(List<BuildRecord> records) {
        records.forEach(this::put);
    }

    /**
     * Adds an export to what is there, and returns all: what was exported last comes first, and each record behind one of the
     * sources of each of its inputs.
     *
     * @param exported each behind its sources; not to be used any more
     * @param at when they were exported; what is there is not newer
     */
    List<BuildRecord> with(List<BuildRecord> exported, Instant at) {
        Map<BuildRecord, BuildRecord> places = new HashMap<>();
        Set<BuildRecord> order = new LinkedHashSet<>();
        for (BuildRecord record : exported) {
            List<Set<Link>> inputs = record.inputs().stream()
                    .<Set<Link>>map(input -> translated(input, places))
                    .toList();
            BuildRecord place = find(record.digest(), inputs).orElseGet(() -> {
                BuildRecord added = new BuildRecord(record.digest(), inputs, at);
                put(added);
                return added;
            });
            addSources(place, inputs);
            place.addFirst(record.results());
            place.exportedAt(at);
            places.put(record, place);
            order.add(place);
        }
        order.addAll(there);
        return order.stream().sorted(Comparator.comparing(BuildRecord::exportedAt, Comparator.reverseOrder())).toList();
    }

    private static Set<Link> translated(Set<Link> links, Map<BuildRecord, BuildRecord> places) {
        Set<Link> translated = new LinkedHashSet<>();
        links.stream().limit(MOST_SOURCES).forEach(link -> translated.add(new Link(link.selector(), places.get(link.source()))));
        return translated;
    }

    private void put(BuildRecord record) {
        there.add(record);
        keys(record.digest(), record.inputs())
                .forEach(key -> known.computeIfAbsent(key, absent -> new ArrayList<>()).add(record));
    }

    private static Stream<Key> keys(Digest digest, List<Set<Link>> inputs) {
        return inputs.isEmpty()
                ? Stream.of(new Key(digest, 0, Optional.empty()))
                : inputs.getFirst().stream().map(link -> new Key(digest, inputs.size(), Optional.of(link)));
    }

    private Optional<BuildRecord> find(Digest digest, List<Set<Link>> inputs) {
        return keys(digest, inputs)
                .flatMap(key -> known.getOrDefault(key, List.of()).stream())
                .filter(record -> haveInCommon(record.inputs(), inputs))
                .findFirst();
    }

    private boolean haveInCommon(List<Set<Link>> some, List<Set<Link>> others) {
        steps += some.size();
        if (steps > MOST_STEPS) {
            return false;
        }
        for (int i = 0; i < some.size(); i++) {
            if (others.get(i).stream().noneMatch(some.get(i)::contains)) {
                return false;
            }
        }
        return true;
    }

    /** New ones come first, so that the oldest go where there are too many. */
    private void addSources(BuildRecord record, List<Set<Link>> inputs) {
        for (int i = 0; i < inputs.size(); i++) {
            Set<Link> links = record.inputs().get(i);
            Set<Link> all = new LinkedHashSet<>();
            for (Link link : inputs.get(i)) {
                if (links.contains(link) || !needs(link.source(), record)) {
                    all.add(link);
                }
            }
            all.addAll(links);
            Set<Link> before = Set.copyOf(links);
            links.clear();
            all.stream().limit(MOST_SOURCES).forEach(links::add);
            if (i == 0) {
                links.stream().filter(link -> !before.contains(link)).forEach(link -> known.computeIfAbsent(
                                new Key(record.digest(), inputs.size(), Optional.of(link)), absent -> new ArrayList<>())
                        .add(record));
            }
        }
    }

    /** Whether a record needs another one, or may need it: where that takes too long to see. */
    private boolean needs(BuildRecord record, BuildRecord other) {
        Deque<BuildRecord> open = new ArrayDeque<>(List.of(record));
        Set<BuildRecord> seen = new HashSet<>(open);
        while (!open.isEmpty()) {
            BuildRecord next = open.remove();
            steps++;
            if (next == other || steps > MOST_STEPS) {
                return true;
            }
            next.inputs().forEach(input -> input.forEach(link -> {
                if (seen.add(link.source())) {
                    open.add(link.source());
                }
            }));
        }
        return false;
    }
}
