package dev.strata.upkeep.scrub;

import dev.strata.database.work.Work;
import dev.strata.database.work.WorkQueue;
import dev.strata.oci.Digest;
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
    static final String NAME = "scrub";
    static final String ROUND = "round";
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

    @Override
    public Outcome doNext(Item item) throws IOException {
        if (item.progress().isEmpty()) {
            return new Outcome.GoOn(new Round(clock.instant(), Optional.empty(), Optional.empty()).text());
        }
        if (properties.scrub().isZero()) {
            return new Outcome.Later(LONGEST_PAUSE);
        }
        Round round = Round.of(item.progress().get());
        if (round.place().isEmpty()) {
            Duration pause = Duration.between(clock.instant(), round.begun().plus(properties.scrub()));
            return pause.isPositive()
                    ? new Outcome.Later(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE)
                    : new Outcome.GoOn(round.next(clock.instant()).text());
        }
        Optional<Place> next = check.check(round.place().get(), pace, new Log());
        if (next.isEmpty()) {
            log.info("All content was read again, for the first time since {}", round.begun());
        }
        return new Outcome.GoOn(round.at(next, clock.instant()).text());
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
        public void deleted(Strays.Stray stray) {
            // it is in the log
        }

        @Override
        public void checked(What what, long bytes) {
            // it is counted
        }
    }
}
