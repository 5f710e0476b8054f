package dev.strata.crash;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a tag may point at that many clients move at once. */
final class MovedTag {

    private final Map<Integer, String> acknowledged = new HashMap<>();
    private final Map<Integer, String> underWay = new HashMap<>();
    private Optional<String> settled = Optional.empty();

    synchronized void begin(int client, String manifest) {
        underWay.put(client, manifest);
    }

    synchronized void acknowledge(int client) {
        acknowledged.put(client, underWay.remove(client));
    }

    synchronized boolean isThere() {
        return settled.isPresent();
    }

    /** The last move of any client may have been the last of all; where none was acknowledged, there was none. */
    synchronized void settle(Optional<String> found) {
        Set<Optional<String>> possible = new HashSet<>();
        acknowledged.values().forEach(manifest -> possible.add(Optional.of(manifest)));
        if (possible.isEmpty()) {
            possible.add(settled);
        }
        underWay.values().forEach(manifest -> possible.add(Optional.of(manifest)));
        if (!possible.contains(found)) {
            throw new AssertionError("The tag that all clients move points at " + found + ", expected one of " + possible);
        }
        settled = found;
        acknowledged.clear();
        underWay.clear();
    }
}
