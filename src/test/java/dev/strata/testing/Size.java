package dev.strata.testing;

/**
 * How much a test does. Tests are small, so that they can run often; {@code -Dstrata.size=full} runs all of them at their
 * full size, as {@code .ci/long} does, and a test's own property sets one of its sizes alone.
 */
public final class Size {

    private static final boolean FULL = "full".equals(System.getProperty("strata.size"));

    private Size() {}

    /** @param property of this size, such as {@code strata.crash.kills} */
    public static int of(String property, int small, int full) {
        return Integer.getInteger(property, FULL ? full : small);
    }

    /** Whether all that has a small and a full size runs at its full one. */
    public static boolean isFull() {
        return FULL;
    }
}
