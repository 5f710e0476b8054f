package dev.strata.upkeep.scrub;

import java.time.Instant;
import java.util.Optional;

/**
 * How far the scrub is.
 *
 * @param begun when the round began; in a pause, when the last one did, or the first start was
 * @param ended when the last round came to its end; empty before the first did
 * @param place where it reads; empty in a pause
 */
record Round(Instant begun, Optional<Instant> ended, Optional<Place> place) {

    private static final String PAUSE = "pause";
    private static final String NEVER = "-";

    Round next(Instant now) {
        return new Round(now, ended, Optional.of(Place.beginning()));
    }

    /** The same round at another place, or behind its last. */
    Round at(Optional<Place> there, Instant now) {
        return new Round(begun, there.isEmpty() ? Optional.of(now) : ended, there);
    }

    String text() {
        return begun.toEpochMilli() + " "
                + ended.map(Instant::toEpochMilli).map(String::valueOf).orElse(NEVER) + " "
                + place.map(Place::text).orElse(PAUSE);
    }

    static Round of(String text) {
        String[] parts = text.split(" ", 3);
        Instant begun = Instant.ofEpochMilli(Long.parseLong(parts[0]));
        return new Round(
                begun,
                parts[1].equals(NEVER) ? Optional.empty() : Optional.of(Instant.ofEpochMilli(Long.parseLong(parts[1]))),
                Place.of(parts[2]));
    }
}
