package dev.strata.web;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.web.connector.HttpProtocol;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Map;
import org.apache.tomcat.util.net.SocketWrapperBase;

/** How fast a small body has to arrive, so that nobody holds a thread and memory for long with a few bytes. */
final class ArrivalRate {

    private static final Duration GRACE = Duration.ofSeconds(10);
    /** In bytes. A modem of the nineties sends more. */
    private static final long EACH_SECOND = 1024;

    private final long start = System.nanoTime();

    /** From now on, no read waits longer than is allowed without a byte. */
    ArrivalRate(HttpServletRequest request) {
        if (request.getAttribute(HttpProtocol.CONNECTION) instanceof SocketWrapperBase<?> connection) {
            connection.setReadTimeout(GRACE.toMillis());
        }
    }

    /** @throws RegistryException BODY_TOO_SLOW */
    void require(long arrived) {
        long seconds = Duration.ofNanos(System.nanoTime() - start).minus(GRACE).toSeconds();
        if (seconds > 0 && arrived < seconds * EACH_SECOND) {
            throw tooSlow();
        }
    }

    static RegistryException tooSlow() {
        return new RegistryException(
                Problem.BODY_TOO_SLOW,
                "the body arrives too slowly",
                Map.of("bytesPerSecond", EACH_SECOND));
    }
}
