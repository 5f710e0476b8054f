package dev.strata.storage.bucket;

/**
 * How large an object's parts are. A store takes 10,000 of them, none but the last smaller than 5 MiB: so they grow, and
 * together they can hold 4.8 TiB, which is 5.3 TB. An upload of usual size has small ones, which take little memory.
 */
final class PartSizes {

    static final int MOST_PARTS = 10_000;

    private static final long SMALLEST = 5L * 1024 * 1024;
    private static final int AS_LARGE = 1_000;

    private PartSizes() {}

    /** @param number 1 for the first */
    static long of(int number) {
        return SMALLEST << ((number - 1) / AS_LARGE);
    }
}
