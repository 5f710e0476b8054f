package dev.strata.crash;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one client was told, one request after the other: what lies at each place, by digest, or that nothing does.
 *
 * <p>The one request that was under way when the registry was killed may have happened wholly or not at all, and that
 * is all that is left open.
 */
final class Ledger {

    /** What lies at the place of an upload that can be gone on with. */
    static final Optional<String> OPEN = Optional.of("an open upload");

    static final Optional<String> NOTHING = Optional.empty();

    private final Map<Place, Optional<String>> acknowledged = new HashMap<>();
    private Map<Place, Optional<String>> underWay = Map.of();

    /** A request that changes all of this at once is about to be sent. */
    void begin(Map<Place, Optional<String>> change) {
        underWay = change;
    }

    /** The request was acknowledged. */
    void acknowledge() {
        acknowledged.putAll(underWay);
        underWay = Map.of();
    }

    /** The registry said that it did not do it. */
    void refuse() {
        underWay = Map.of();
    }

    /** The places at which something lies. */
    Stream<Place> present(Predicate<Place> which) {
        return acknowledged.entrySet().stream()
                .filter(entry -> entry.getValue().isPresent())
                .map(Entry::getKey)
                .filter(which);
    }

    /** Those of a kind, in an order of their own, so that one seed makes one choice. */
    Stream<Place> inOrder(String repository, Place.Kind kind) {
        return present(place -> place.kind() == kind && place.repository().equals(repository))
                .sorted(Comparator.comparing(Place::path));
    }

    Optional<String> at(Place place) {
        return acknowledged.getOrDefault(place, NOTHING);
    }

    /** Everything that must be looked at after the registry is back. */
    Stream<Place> places() {
        return Stream.concat(acknowledged.keySet().stream(), underWay.keySet().stream()).distinct();
    }

    /**
     * Compares what the registry has now, and takes it for the truth from here on.
     *
     * @param found what lies at each of the {@link #places}
     */
    void settle(Map<Place, Optional<String>> found) {
        Map<Place, Optional<String>> after = new HashMap<>(acknowledged);
        after.putAll(underWay);
        String wrongBefore = differences(acknowledged, found);
        String wrongAfter = differences(after, found);
        if (!wrongBefore.isEmpty() && !wrongAfter.isEmpty()) {
            throw new AssertionError("Under way was " + underWay
                    + "\nIf it did not happen, these are wrong:\n" + wrongBefore
                    + "If it did, these are wrong:\n" + wrongAfter);
        }
        acknowledged.putAll(found);
        underWay = Map.of();
    }

    private static String differences(Map<Place, Optional<String>> expected, Map<Place, Optional<String>> found) {
        Map<Place, Optional<String>> wrong = new LinkedHashMap<>(found);
        wrong.entrySet().removeIf(entry -> entry.getValue().equals(expected.getOrDefault(entry.getKey(), NOTHING)));
        return wrong.keySet().stream()
                .map(place -> "  " + place.path() + ": expected " + expected.getOrDefault(place, NOTHING) + ", found "
                        + wrong.get(place) + "\n")
                .collect(Collectors.joining());
    }
}
