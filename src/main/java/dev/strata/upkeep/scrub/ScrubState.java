package dev.strata.upkeep.scrub;

import dev.strata.database.work.WorkQueue;
import dev.strata.storage.files.DiskUsage;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Tells how far the scrub is. */
@Component
public class ScrubState {

    private final WorkQueue queue;
    private final DamageList damage;
    private final Duration interval;

    ScrubState(WorkQueue queue, DamageList damage, ScrubProperties properties, MeterRegistry meters) {
        this.queue = queue;
        this.damage = damage;
        this.interval = properties.scrub();
        Gauge.builder("strata.upkeep.scrub.share", this, ScrubState::measured)
                .description("How much of all content the scrub has read in its round; 1 between two rounds")
                .register(meters);
    }

    public enum Phase {
        /** It is switched off. */
        OFF,
        /** It failed, and is among what is set aside. */
        FAILED,
        READING,
        PAUSING
    }

    /**
     * How it stands.
     *
     * @param share how much of all content has been read in this round
     * @param begun when this round began
     * @param next when the next one begins
     * @param ended when the last one came to its end
     * @param damaged how much is damaged at the moment
     */
    public record State(
            Phase phase,
            Optional<Double> share,
            Optional<Instant> begun,
            Optional<Instant> next,
            Optional<Instant> ended,
            long damaged) {}

    public State now() {
        Optional<Round> round = queue.progress(Scrub.NAME, Scrub.ROUND).map(Round::of);
        Optional<Instant> ended = round.flatMap(Round::ended);
        if (interval.isZero() || queue.setAside(Scrub.NAME) > 0) {
            return new State(
                    interval.isZero() ? Phase.OFF : Phase.FAILED,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    ended,
                    damage.count());
        }
        Optional<Place> place = round.flatMap(Round::place);
        return place.isPresent()
                ? new State(
                        Phase.READING,
                        place.map(ScrubState::share),
                        round.map(Round::begun),
                        Optional.empty(),
                        ended,
                        damage.count())
                : new State(
                        Phase.PAUSING,
                        Optional.empty(),
                        Optional.empty(),
                        round.map(last -> last.begun().plus(interval)),
                        ended,
                        damage.count());
    }

    /** Digests are spread evenly. Manifests, which come last, are next to nothing beside blobs. */
    private static double share(Place place) {
        return switch (place) {
            case Place.Blobs(int fan, byte[] after) ->
                (fan + (after.length > 1 ? Byte.toUnsignedInt(after[1]) / (double) DiskUsage.FANS : 0)) / DiskUsage.FANS;
            case Place.Manifests _ -> 1;
        };
    }

    private double measured() {
        return now().share().orElse(1.0);
    }
}
