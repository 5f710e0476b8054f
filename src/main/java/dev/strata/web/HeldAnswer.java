package dev.strata.web;

import dev.strata.web.connector.protocol.HttpProtocol;
import dev.strata.web.connector.protocol.Patience;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is held in memory, or holds something else, until its client has read it. A client that does not read
 * is cut off.
 */
public final class HeldAnswer {

    private static final int PIECE = 64 * 1024;
    private static final Duration GRACE = Duration.ofSeconds(20);
    /** In bytes. */
    private static final long EACH_SECOND = 8 * 1024;

    private final HttpServletResponse response;
    private final @Nullable SocketWrapperBase<?> connection;
    private final Patience patience;
    private final boolean hasBody;
    private final long start = System.nanoTime();
    private long sent;

    public HeldAnswer(HttpServletRequest request, HttpServletResponse response) {
        this.response = response;
        this.hasBody = !request.getMethod().equals("HEAD");
        this.connection =
                request.getAttribute(HttpProtocol.CONNECTION) instanceof SocketWrapperBase<?> found ? found : null;
        this.patience = request.getAttribute(HttpProtocol.PATIENCE) instanceof Patience found ? found : new Patience();
    }

    /** Sends the whole. */
    public void send(byte[] body) throws IOException {
        response.setContentLength(body.length);
        write(body);
    }

    /** Sends a part. */
    public void write(byte[] bytes) throws IOException {
        for (int from = 0; hasBody && from < bytes.length; from += PIECE) {
            int count = Math.min(PIECE, bytes.length - from);
            try (Patience.Wait _ = patience.begin()) {
                setTimeout();
                response.getOutputStream().write(bytes, from, count);
            }
            sent += count;
            requirePace();
        }
    }

    /** For this request. */
    private void setTimeout() {
        if (connection != null) {
            connection.setWriteTimeout(patience.of(GRACE).toMillis());
        }
    }

    /** Has the next write fail where the client reads too slowly, as if it were gone. */
    private void requirePace() {
        Duration over = Duration.ofNanos(System.nanoTime() - start).minus(patience.of(GRACE));
        if (connection != null && over.isPositive() && sent < over.toMillis() * EACH_SECOND / 1000) {
            connection.setError(new SocketTimeoutException("The client reads too slowly"));
        }
    }
}
