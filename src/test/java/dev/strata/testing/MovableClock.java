package dev.strata.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The clock on the wall, ahead by as much as a test wants to have passed. */
public final class MovableClock extends Clock {

    private volatile Duration ahead = Duration.ZERO;

    /** Sets how far it is ahead of the real time. */
    public void setAhead(Duration duration) {
        ahead = duration;
    }

    /** Moves it on from where it is. */
    public void moveOn(Duration duration) {
        ahead = ahead.plus(duration);
    }

    @Override
    public Instant instant() {
        return Instant.now().plus(ahead);
    }

    @Override
    public ZoneOffset getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("Nobody asks for another zone");
    }
}
