package dev.strata.cache.entries;

import dev.strata.cache.Scope;
import dev.strata.step.StepKey;
import java.util.HashSet;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Entries that somebody took back right before a crash. The images that they came from are looked at once more after it,
 * since the journal has their pushes too: that must not bring them back.
 */
@Component
public class TakenBack {

    private static final int MOST = 10_000;

    private final Set<Place> places = new HashSet<>(); // guarded by this

    private record Place(long repositoryId, StepKey key, Scope scope) {}

    public synchronized void note(long repositoryId, StepKey key, Scope scope) {
        if (places.size() < MOST) {
            places.add(new Place(repositoryId, key, scope));
        }
    }

    /** Whether an entry was taken back; said once, since an image that is pushed later brings it again. */
    public synchronized boolean was(long repositoryId, StepKey key, Scope scope) {
        return places.remove(new Place(repositoryId, key, scope));
    }
}
