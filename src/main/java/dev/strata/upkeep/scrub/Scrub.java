package dev.strata.upkeep.scrub;

import dev.strata.database.work.Work;
import dev.strata.database.work.WorkQueue;
import dev.strata.oci.Digest;
import dev.strata.storage.StoredBlob;
import dev.strata.upkeep.scrub.Damage.Kind;
import dev.strata.upkeep.scrub.Damage.What;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Reads all content again in the background, at a pace that leaves the disk to others. A round goes on where it was when the
 * server stopped; between two of them there is a pause.
 */
@Component
class Scrub implements Work {

    private static final Logger log = LoggerFactory.getLogger(Scrub.class);
    private static final String NAME = "scrub";
    private static final String ROUND = "round";
    private static final String PAUSE = "pause";
    /** A change of the setting is noticed after it. */
    private static final Duration LONGEST_PAUSE = Duration.ofDays(1);

    private final ContentCheck check;
    private final WorkQueue queue;
    private final ScrubProperties properties;
    private final Clock clock;
    private final Pace pace;

    Scrub(ContentCheck check, WorkQueue queue, ScrubProperties properties, Clock clock) {
        this.check = check;
        this.queue = queue;
        this.properties = properties;
        this.clock = clock;
        this.pace = Pace.of(properties.scrubRate().toBytes());
    }

    @Override
    public String name() {
        return NAME;
    }

    /** The one item of this work is there from the first start on, with a pause before the first round. */
    @EventListener(ApplicationReadyEvent.class)
    void begin() {
        if (!properties.scrub().isZero() && queue.waiting(NAME) == 0 && queue.setAside(NAME) == 0) {
            queue.add(NAME, ROUND);
        }
    }

    /** Progress is when the round began, or the last one did, and where it is. */
    @Override
    public Outcome doNext(Item item) throws IOException {
        String[] progress = item.progress().orElseGet(() -> pauseFrom(clock.instant())).split(" ", 2);
        Instant begun = Instant.ofEpochMilli(Long.parseLong(progress[0]));
        if (item.progress().isEmpty()) {
            return new Outcome.GoOn(pauseFrom(begun));
        }
        if (properties.scrub().isZero()) {
            return new Outcome.Later(LONGEST_PAUSE);
        }
        Optional<Place> place = Place.of(progress[1]);
        if (place.isEmpty()) {
            Duration pause = Duration.between(clock.instant(), begun.plus(properties.scrub()));
            return pause.isPositive()
                    ? new Outcome.Later(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE)
                    : new Outcome.GoOn(at(clock.instant(), Place.beginning()));
        }
        Optional<Place> next = check.check(place.get(), pace, new Log());
        if (next.isEmpty()) {
            log.info("All content was read again, for the first time since {}", begun);
        }
        return new Outcome.GoOn(next.map(there -> at(begun, there)).orElseGet(() -> pauseFrom(begun)));
    }

    private static String at(Instant begun, Place place) {
        return begun.toEpochMilli() + " " + place.text();
    }

    private static String pauseFrom(Instant begun) {
        return begun.toEpochMilli() + " " + PAUSE;
    }

    /** Each finding is logged where it is made. */
    private static final class Log implements ContentCheck.Listener {

        @Override
        public void damaged(Digest digest, What what, Kind kind, boolean isNew) {
            if (isNew && kind == Kind.MISSING) {
                log.error("The bytes of {} are missing; pushing it again heals it", digest);
            }
        }

        @Override
        public void deleted(StoredBlob stray) {
            // it is in the log
        }

        @Override
        public void checked(What what, long bytes) {
            // it is counted
        }
    }
}
