package dev.strata.crash;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Blobs of all the sizes at which a registry may behave differently. */
final class Contents {

    private static final int KIBIBYTE = 1024;

    private Contents() {}

    static byte[] any(RandomGenerator random) {
        byte[] content = new byte[size(random)];
        random.nextBytes(content);
        return content;
    }

    /** The empty blob is everyone's. */
    static byte[] unlikeAnyOther(RandomGenerator random) {
        byte[] content = any(random);
        return content.length > 0 ? content : unlikeAnyOther(random);
    }

    private static int size(RandomGenerator random) {
        return switch (random.nextInt(20)) {
            case 0 -> 0;
            case 1, 2, 3, 4, 5, 6, 7 -> random.nextInt(16, KIBIBYTE);
            case 8, 9, 10, 11, 12, 13 -> random.nextInt(KIBIBYTE, 64 * KIBIBYTE);
            case 14, 15, 16 -> random.nextInt(255 * KIBIBYTE, 600 * KIBIBYTE);
            default -> random.nextInt(KIBIBYTE * KIBIBYTE, 3 * KIBIBYTE * KIBIBYTE);
        };
    }

    /** How long a slow sender takes for each piece of a body. */
    static Duration slowly(RandomGenerator random) {
        return random.nextInt(4) == 0 ? Duration.ofMillis(random.nextInt(1, 6)) : Duration.ZERO;
    }
}
