package dev.strata.web;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.web.connector.protocol.HttpProtocol;
import dev.strata.web.connector.protocol.Patience;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Map;
import org.apache.tomcat.util.net.SocketWrapperBase;

/** How fast a small body has to arrive, so that nobody holds a thread and memory for long with a few bytes. */
final class ArrivalRate implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(10);
    /** In bytes. A modem of the nineties sends more. */
    private static final long EACH_SECOND = 1024;

    private final long start = System.nanoTime();
    private final Patience patience;
    private final Patience.Wait wait;

    /** From now on until it is closed, no read waits longer than is allowed without a byte. */
    ArrivalRate(HttpServletRequest request) {
        this.patience = request.getAttribute(HttpProtocol.PATIENCE) instanceof Patience found ? found : new Patience();
        this.wait = patience.begin();
        if (request.getAttribute(HttpProtocol.CONNECTION) instanceof SocketWrapperBase<?> connection) {
            connection.setReadTimeout(patience.of(GRACE).toMillis());
        }
    }

    /** @throws RegistryException BODY_TOO_SLOW */
    void require(long arrived) {
        Duration over = Duration.ofNanos(System.nanoTime() - start).minus(patience.of(GRACE));
        if (over.isPositive() && arrived < over.toMillis() * EACH_SECOND / 1000) {
            throw tooSlow();
        }
    }

    static RegistryException tooSlow() {
        return new RegistryException(
                Problem.BODY_TOO_SLOW,
                "the body arrives too slowly",
                Map.of("bytesPerSecond", EACH_SECOND));
    }

    @Override
    public void close() {
        wait.close();
    }
}
