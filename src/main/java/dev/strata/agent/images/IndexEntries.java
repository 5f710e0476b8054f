package dev.strata.agent.images;

import dev.strata.oci.Platform;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Chooses from an image index as containerd does, which all builders follow. */
final class IndexEntries {

    private IndexEntries() {}

    private record Ranked(JsonNode entry, int rank) {}

    /**
     * The entries that may be what a platform runs, the best first. Those that do not say their platform come last; their
     * configuration has to be looked at.
     */
    static List<JsonNode> bestFirst(List<JsonNode> entries, Platform platform) {
        List<Ranked> candidates = new ArrayList<>();
        for (JsonNode entry : entries) {
            Optional<Platform> named = Platform.read(entry.path("platform"));
            if (named.isEmpty()) {
                candidates.add(new Ranked(entry, Integer.MAX_VALUE));
            } else {
                platform.rank(named.get()).ifPresent(rank -> candidates.add(new Ranked(entry, rank)));
            }
        }
        return candidates.stream().sorted(Comparator.comparingInt(Ranked::rank)).map(Ranked::entry).toList();
    }

    static boolean saysPlatform(JsonNode entry) {
        return Platform.read(entry.path("platform")).isPresent();
    }

    /** Whether the image of a configuration runs on a platform; one that says nothing is taken for one that does. */
    static boolean matches(JsonNode configuration, Platform platform) {
        return Platform.read(configuration).map(image -> platform.rank(image).isPresent()).orElse(true);
    }
}
