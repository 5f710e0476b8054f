package dev.strata.upkeep.scrub;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.function.IntConsumer;

/** Holds whoever reads to so many bytes in a second. */
final class Pace implements IntConsumer {

    private static final double NANOS = 1e9;

    private final long bytesPerSecond;
    private long begun = System.nanoTime();
    private long read;

    private Pace(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    static Pace of(long bytesPerSecond) {
        return new Pace(bytesPerSecond);
    }

    /** As fast as the disk. */
    static Pace unbounded() {
        return new Pace(Long.MAX_VALUE);
    }

    /** Some bytes were read: returns when others may be. */
    @Override
    public void accept(int bytes) {
        read += bytes;
        long due = begun + (long) (read * NANOS / bytesPerSecond);
        long ahead = (due - System.nanoTime()) / 1_000_000;
        if (ahead > 0) {
            try {
                Thread.sleep(ahead);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new UncheckedIOException(new InterruptedIOException("the server stops"));
            }
        } else if (ahead < -1_000) {
            begun = System.nanoTime(); // what was missed is not made up for
            read = 0;
        }
    }
}
