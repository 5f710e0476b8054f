package dev.strata.agent.cache;

import dev.strata.agent.AgentException;
import dev.strata.agent.cache.CacheClient.Waited;
import dev.strata.agent.cache.Resolution.Miss;
import java.time.Duration;

/** Waits for steps that other agents run, and asks no more often than the server wants. */
public final class StepWait {

    /** The time that passes. */
    interface Time {

        /** That of a clock that nobody sets, in nanoseconds. */
        long nanos();

        /** Lets it pass. */
        void pass(Duration time) throws InterruptedException;
    }

    public static final Time REAL_TIME = new Time() {

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void pass(Duration time) throws InterruptedException {
            Thread.sleep(time);
        }
    };

    /** A step that takes longer than this is run here too: a lease never blocks a build. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private final CacheClient cache;
    private final Time time;

    public StepWait(CacheClient cache, Time time) {
        this.cache = cache;
        this.time = time;
    }

    /**
     * Waits until another agent has run a step or has given it up, or until the server can say neither.
     *
     * @return whether it is still run, after a long time
     * @throws AgentException INTERRUPTED
     */
    public boolean await(Miss miss) throws CacheAwayException {
        boolean isHeld = true;
        long begin = time.nanos();
        while (isHeld && time.nanos() - begin < LONGEST.toNanos()) {
            long start = time.nanos();
            Waited waited = cache.await(miss);
            // An answer that was held back was the wait; one that came sooner is followed by the rest of it.
            Duration rest = cache.longestWait().minusNanos(time.nanos() - start);
            pause(waited.again().compareTo(rest) < 0 ? waited.again() : rest);
            isHeld = waited.isHeld();
        }
        return isHeld;
    }

    private void pause(Duration pause) {
        if (!pause.isPositive()) {
            return;
        }
        try {
            time.pass(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AgentException(AgentException.Outcome.INTERRUPTED, "stopped", e);
        }
    }
}
