package dev.strata.web.connector.protocol;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How long requests wait for their clients. Each keeps a thread meanwhile, so the more there are, the sooner a slow client is
 * given up: some threads stay free, and those who send and read at once notice nothing. Uploads of blobs do not count, since
 * they are promised threads of their own.
 */
public final class Patience {

    /** So many may wait for as long as they like. */
    private static final int FEW = 16;
    /** With so many, nobody waits for longer than a client needs that is there. */
    private static final int MANY = 64;
    private static final long SHORTEST_MILLIS = 200;

    private final AtomicInteger waiting = new AtomicInteger();

    /** A request that waits for its client, until it is closed. */
    public final class Wait implements AutoCloseable {

        private Wait() {
            waiting.incrementAndGet();
        }

        @Override
        public void close() {
            waiting.decrementAndGet();
        }
    }

    /** A request is about to wait for its client. */
    public Wait begin() {
        return new Wait();
    }

    /** How long it may be, of what it may be where nobody else waits. */
    public Duration of(Duration longest) {
        int over = Math.clamp(waiting.get() - FEW, 0, MANY - FEW);
        return Duration.ofMillis(Math.max(SHORTEST_MILLIS, longest.toMillis() * (MANY - FEW - over) / (MANY - FEW)));
    }
}
