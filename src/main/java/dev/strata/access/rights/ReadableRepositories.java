package dev.strata.access.rights;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which repositories a caller may read, in a form by which they can be found among many: as spans of names that are
 * looked at one after the other, in the order of the names.
 */
public final class ReadableRepositories {

    public static final ReadableRepositories ALL = new ReadableRepositories(Set.of(), List.of(Glob.of("**")));
    public static final ReadableRepositories NONE = new ReadableRepositories(Set.of(), List.of());

    private static final int MOST_NAMES = 500;

    private final NavigableSet<String> names;
    private final List<Glob> patterns;
    private final Optional<ReadableRepositories> limit;

    /**
     * @param names of single ones
     * @param patterns of others
     */
    public ReadableRepositories(Collection<String> names, Collection<Glob> patterns) {
        this(new TreeSet<>(names), List.copyOf(patterns), Optional.empty());
    }

    private ReadableRepositories(
            NavigableSet<String> names, List<Glob> patterns, Optional<ReadableRepositories> limit) {
        this.names = names;
        this.patterns = patterns;
        this.limit = limit;
    }

    /** Those of them that are among others too. */
    public ReadableRepositories within(ReadableRepositories others) {
        if (others.areAll()) {
            return this;
        }
        return areAll() ? others : new ReadableRepositories(names, patterns, Optional.of(others));
    }

    public boolean areAll() {
        return this == ALL;
    }

    public boolean include(String name) {
        boolean isNamed = names.contains(name) || patterns.stream().anyMatch(pattern -> pattern.matches(name));
        return isNamed && limit.map(others -> others.include(name)).orElse(true);
    }

    /** A part of all names. */
    public sealed interface Span {

        /** At most 500, in their order; there may be no such repositories, or they may not be read. */
        record Names(List<String> names) implements Span {}

        /** Names with the same start, among which are some that may be read. */
        record Under(String start) implements Span {}
    }

    /** Where they are, in the order of names: no two spans overlap. */
    public List<Span> spans() {
        TreeMap<String, Span> spans = new TreeMap<>();
        String widest = null;
        for (String start : new TreeSet<>(patterns.stream().map(Glob::start).toList())) {
            if (widest == null || !start.startsWith(widest)) {
                spans.put(start, new Span.Under(start));
                widest = start;
            }
        }
        List<Span> all = new ArrayList<>();
        List<String> run = new ArrayList<>();
        TreeSet<String> order = new TreeSet<>(spans.keySet());
        order.addAll(names);
        String under = null;
        for (String place : order) {
            if (under != null && place.startsWith(under)) {
                continue; // found there
            }
            Span span = spans.get(place);
            if (span != null || run.size() == MOST_NAMES) {
                endRun(run, all);
            }
            if (span != null) {
                all.add(span);
                under = place;
            } else {
                run.add(place);
            }
        }
        endRun(run, all);
        return all;
    }

    private static void endRun(List<String> run, List<Span> spans) {
        if (!run.isEmpty()) {
            spans.add(new Span.Names(List.copyOf(run)));
            run.clear();
        }
    }
}
