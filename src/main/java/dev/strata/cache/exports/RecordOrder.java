package dev.strata.cache.exports;

import dev.strata.cache.exports.BuildRecord.Link;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * Puts records behind those that they need. Where several would do for the same, those that are not there are left out, and
 * those that need the record themselves. A record without any that would do is left out itself.
 */
final class RecordOrder {

    private final List<Optional<List<List<Need>>>> needs;
    private final List<Optional<BuildRecord>> made;
    private final List<List<Integer>> needing;
    /** How many of those that a record names are not made. */
    private final int[] open;
    /** Those of which all is there, and those of which enough is there. */
    private final PriorityQueue<Integer> whole = new PriorityQueue<>();
    private final TreeSet<Integer> enough = new TreeSet<>();

    RecordOrder(int size) {
        this.needs = new ArrayList<>(IntStream.range(0, size).mapToObj(i -> Optional.<List<List<Need>>>empty()).toList());
        this.made = new ArrayList<>(IntStream.range(0, size).mapToObj(i -> Optional.<BuildRecord>empty()).toList());
        this.needing = IntStream.range(0, size).<List<Integer>>mapToObj(i -> new ArrayList<>()).toList();
        this.open = new int[size];
    }

    /** A record, by its place, of which a part is needed. */
    record Need(String selector, int place) {}

    int size() {
        return needs.size();
    }

    /** @param inputs for each of what the record needs, those of which one is enough */
    void needs(int place, List<List<Need>> inputs) {
        needs.set(place, Optional.of(inputs));
    }

    /** @param make a record of its place, and of what it needs */
    List<BuildRecord> records(BiFunction<Integer, List<Set<Link>>, BuildRecord> make) {
        for (int i = 0; i < size(); i++) {
            for (Need need : all(i)) {
                open[i]++;
                if (need.place() < size()) {
                    needing.get(need.place()).add(i);
                }
            }
            offer(i);
        }
        List<BuildRecord> order = new ArrayList<>();
        while (!whole.isEmpty() || !enough.isEmpty()) {
            Integer next = whole.isEmpty() ? enough.pollFirst() : whole.remove();
            if (next != null && made.get(next).isEmpty()) {
                BuildRecord record = make.apply(next, inputs(next));
                made.set(next, Optional.of(record));
                order.add(record);
                needing.get(next).forEach(this::isCloser);
            }
        }
        return order;
    }

    private List<Need> all(int place) {
        return needs.get(place).orElse(List.of()).stream().flatMap(List::stream).toList();
    }

    private void isCloser(int place) {
        open[place]--;
        offer(place);
    }

    private void offer(int place) {
        if (made.get(place).isPresent() || needs.get(place).isEmpty() || !hasEnough(place)) {
            return;
        }
        if (open[place] == 0) {
            whole.add(place);
        } else {
            enough.add(place);
        }
    }

    private boolean hasEnough(int place) {
        return needs.get(place).orElseThrow().stream()
                .allMatch(input -> input.stream().anyMatch(need -> source(need).isPresent()));
    }

    private Optional<BuildRecord> source(Need need) {
        return need.place() < size() ? made.get(need.place()) : Optional.empty();
    }

    private List<Set<Link>> inputs(int place) {
        return needs.get(place).orElseThrow().stream()
                .<Set<Link>>map(input -> {
                    Set<Link> links = new LinkedHashSet<>();
                    input.forEach(need -> source(need).ifPresent(source -> links.add(new Link(need.selector(), source))));
                    return links;
                })
                .toList();
    }
}
