package dev.strata.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Blobs that clients have pushed, for others to mount. */
final class Offers {

    private static final int KEPT = 200;

    private final List<Place> blobs = new ArrayList<>();

    synchronized void add(Place blob) {
        if (blobs.size() == KEPT) {
            blobs.removeFirst();
        }
        blobs.add(blob);
    }

    synchronized Optional<Place> any(RandomGenerator random) {
        return blobs.isEmpty() ? Optional.empty() : Optional.of(blobs.get(random.nextInt(blobs.size())));
    }
}
