package dev.strata.bench;

import java.time.Duration;

/** A stretch of time in which an operation is repeated; it opens when it is made. */
final class Window {

    private final long end;

    Window(Duration length) {
        this.end = System.nanoTime() + length.toNanos();
    }

    boolean isOpen() {
        return System.nanoTime() - end < 0;
    }
}
