package dev.strata.web;

import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How fast a small body has to arrive, so that nobody holds a thread and memory for long with a few bytes. */
final class ArrivalRate {

    private static final long GRACE_SECONDS = 10;
    /** In bytes. A modem of the nineties sends more. */
    private static final long EACH_SECOND = 1024;

    private final long start = System.nanoTime();

    /** @throws RegistryException BODY_TOO_SLOW */
    void require(long arrived) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) - GRACE_SECONDS;
        if (seconds > 0 && arrived < seconds * EACH_SECOND) {
            throw new RegistryException(
                    Problem.BODY_TOO_SLOW,
                    "the body arrives too slowly",
                    Map.of("arrived", arrived, "bytesPerSecond", EACH_SECOND));
        }
    }
}
