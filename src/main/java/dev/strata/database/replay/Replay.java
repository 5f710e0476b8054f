package dev.strata.database.replay;

import dev.strata.database.durability.CommitDurability;
import dev.strata.database.journal.Noted;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Gives the changes that a crash may have taken out of the database back to the features that made them. */
@Component
public class Replay {

    private final CommitDurability durability;
    private final Map<Character, Redo> features = new HashMap<>();
    private final Replaying replaying;

    Replay(CommitDurability durability, List<Redo> features, Replaying replaying) {
        this.durability = durability;
        this.replaying = replaying;
        for (Redo feature : features) {
            if (this.features.put(feature.feature(), feature) != null) {
                throw new IllegalStateException("Two features call themselves " + feature.feature());
            }
        }
    }

    /** Makes all of them again, before the first request, and says how many there were. */
    public int run() {
        replaying.set(true);
        try {
            return durability.replay(this::redo);
        } finally {
            replaying.set(false);
        }
    }

    private void redo(Noted noted) {
        Redo redo = features.get(noted.feature());
        if (redo == null) {
            throw new IllegalStateException("The journal has a change of the unknown feature " + noted.feature());
        }
        redo.redo(noted.change());
    }

    /** Keeps the journal, and so the work of the start after a crash, short. */
    @Scheduled(fixedDelayString = "PT2S")
    void checkpoint() {
        durability.checkpointIfNeeded();
    }
}
