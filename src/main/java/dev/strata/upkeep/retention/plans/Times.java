package dev.strata.upkeep.retention.plans;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as numbers, by which what came last comes first. */
public final class Times {

    private Times() {}

    public static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    public static Instant ofOrder(long order) {
        return Instant.EPOCH.plus(-order, ChronoUnit.MICROS);
    }
}
