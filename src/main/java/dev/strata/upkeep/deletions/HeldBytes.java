package dev.strata.upkeep.deletions;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * How many bytes of blobs are there only because a deletion can be taken back, and when they go. They are counted again and
 * again in the background, some deletions at a time, from what goes last on: a blob that several deletions hold goes with the
 * last of them.
 */
@Component
public class HeldBytes {

    private static final List<Duration> STEPS =
            List.of(Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(7), Duration.ofDays(30));

    private static final int AT_ONCE = 50;
    private static final Duration LONGEST_TURN = Duration.ofMillis(200);
    private static final Duration SHORTEST_REST = Duration.ofSeconds(2);
    /** Counting takes a fourth of the time at the most. */
    private static final int RESTS = 3;

    private final HeldBytesTable table;
    private final Clock clock;
    private volatile Held held = new Held(List.of(), Optional.empty());

    // Of the one thread that counts.
    private long[] bytes = new long[STEPS.size() + 1];
    private Optional<HeldBytesTable.Holder> place = Optional.empty();
    private long took;
    private long restsUntil = System.nanoTime();

    HeldBytes(HeldBytesTable table, Clock clock, MeterRegistry meters) {
        this.table = table;
        this.clock = clock;
        Gauge.builder("strata.upkeep.held", this, counted -> counted.held().bytes())
                .description("Bytes of blobs that are there only because a deletion can be taken back")
                .baseUnit("bytes")
                .register(meters);
    }

    /** @param countedAt when the last count ended; empty before the first did */
    public record Held(List<Step> steps, Optional<Instant> countedAt) {

        public long bytes() {
            return steps.stream().mapToLong(Step::bytes).sum();
        }
    }

    /** @param within how soon these bytes go, and no sooner than those of the step before; empty for all that go later */
    public record Step(Optional<Duration> within, long bytes) {}

    public Held held() {
        return held;
    }

    @Scheduled(fixedDelayString = "PT1S", initialDelayString = "PT1S")
    void count() {
        long begun = System.nanoTime();
        if (begun - restsUntil < 0) {
            return;
        }
        boolean more = true;
        while (more && System.nanoTime() - begun < LONGEST_TURN.toNanos()) {
            more = countSome();
        }
        took += System.nanoTime() - begun;
        if (!more) {
            end();
        }
    }

    private boolean countSome() {
        List<HeldBytesTable.Holder> some = table.holders(place, AT_ONCE);
        Instant now = clock.instant();
        for (HeldBytesTable.Holder holder : some) {
            bytes[step(Duration.between(now, holder.goesAt()))] += table.bytes(holder);
            place = Optional.of(holder);
        }
        return some.size() == AT_ONCE;
    }

    private static int step(Duration left) {
        int step = 0;
        while (step < STEPS.size() && left.compareTo(STEPS.get(step)) > 0) {
            step++;
        }
        return step;
    }

    private void end() {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < bytes.length; i++) {
            steps.add(new Step(i < STEPS.size() ? Optional.of(STEPS.get(i)) : Optional.empty(), bytes[i]));
        }
        held = new Held(List.copyOf(steps), Optional.of(clock.instant()));
        restsUntil = System.nanoTime() + Math.max(RESTS * took, SHORTEST_REST.toNanos());
        bytes = new long[STEPS.size() + 1];
        place = Optional.empty();
        took = 0;
    }
}
