package dev.strata.bench;

import java.time.Duration;
import java.util.List;

/**
 * How much is done: sizes in bytes, windows of time, numbers of things.
 *
 * @param window how long a repeated operation is measured
 * @param warmUp how long it is done before that, uncounted
 * @param idle how long a server is left alone before its memory is looked at
 * @param passes how often each case is warmed up on each server before the first round
 * @param cacheEntries how many entries the layer cache has besides those that are asked for
 * @param images how many images are pushed or pulled for one figure
 * @param savingsImages how many images the report of what sharing saves is about
 * @param collectedBlobs how many blobs are collected, out of ten times as many
 * @param diskBytes the room that a run may take
 */
record Scale(String label, long large, long small, List<Integer> largePushClients, Duration window, Duration warmUp,
        Duration idle, int passes, int fewTags, int manyTags, int cacheEntries, int images, long savingsImages,
        int collectedBlobs, long diskBytes) {

    private static final long MEBIBYTE = 1L << 20;
    private static final long GIBIBYTE = 1L << 30;

    static Scale full(List<Integer> largePushClients, long savingsImages, int collectedBlobs) {
        int most = largePushClients.stream().mapToInt(Integer::intValue).max().orElse(1);
        return new Scale("full", GIBIBYTE, 10 * MEBIBYTE, largePushClients, Duration.ofMillis(2500),
                Duration.ofMillis(700), Duration.ofSeconds(4), 2, 5_000, 50_000, 1_000_000, 3, savingsImages,
                collectedBlobs, (16 + most) * GIBIBYTE);
    }

    static Scale quick(List<Integer> largePushClients, long savingsImages, int collectedBlobs) {
        return new Scale("quick", 64 * MEBIBYTE, MEBIBYTE, largePushClients, Duration.ofMillis(300),
                Duration.ofMillis(100), Duration.ofSeconds(1), 1, 200, 1_000, 5_000, 1, savingsImages,
                collectedBlobs, 4 * GIBIBYTE);
    }

    /** A number of things as a title shows it. */
    static String count(int number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }

    /** A size as a title shows it. */
    static String readable(long bytes) {
        return bytes % GIBIBYTE == 0 ? bytes / GIBIBYTE + " GiB" : bytes / MEBIBYTE + " MiB";
    }
}
