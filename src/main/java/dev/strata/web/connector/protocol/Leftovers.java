package dev.strata.web.connector.protocol;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * Reads what is left of a body when its request has been answered, so that the client sees the answer. Who goes on sending
 * for long, or does not send, is cut off. What is left of an upload is for Tomcat to read, however much it is.
 */
final class Leftovers implements Adapter {

    private static final Duration LONGEST = Duration.ofSeconds(10);
    /** Who was too slow has waited already. What came meanwhile is read, or closing would take the answer back. */
    private static final Duration AFTER_TIMEOUT = Duration.ofMillis(1);
    /** In the paths of what uploads blobs. */
    private static final String UPLOADS = "/blobs/uploads/";

    private final Adapter adapter;
    private final Patience patience;

    Leftovers(Adapter adapter, Patience patience) {
        this.adapter = adapter;
        this.patience = patience;
    }

    /** Says whether a request may bring a blob, or a part of one. */
    static boolean isUpload(Request request) {
        String path = request.requestURI().toString(); // absent where the first line of the request could not be read
        return path != null && !"GET".equals(request.getMethod()) && path.contains(UPLOADS);
    }

    @Override
    public void service(Request request, Response response) throws Exception {
        adapter.service(request, response);
        // Who waits for "100 Continue" has sent nothing yet.
        if (!request.hasExpectation() && !isUpload(request) && !isAsync(request)) {
            readRest(request, response.getStatus() == HttpServletResponse.SC_REQUEST_TIMEOUT ? AFTER_TIMEOUT : LONGEST);
        }
    }

    private static boolean isAsync(Request request) {
        AtomicBoolean async = new AtomicBoolean();
        request.action(ActionCode.ASYNC_IS_ASYNC, async);
        return async.get();
    }

    private void readRest(Request request, Duration longest) {
        AtomicBoolean whole = new AtomicBoolean();
        request.action(ActionCode.REQUEST_BODY_FULLY_READ, whole);
        if (whole.get()) {
            return;
        }
        ApplicationBufferHandler discarded = new Discarded();
        try (Patience.Wait _ = patience.begin()) {
            long begin = System.nanoTime();
            for (Duration left = shorter(longest); left.isPositive(); left = left(longest, begin)) {
                if (request.getAttribute(HttpProtocol.CONNECTION) instanceof SocketWrapperBase<?> connection) {
                    connection.setReadTimeout(Math.max(1, left.toMillis()));
                }
                if (request.doRead(discarded) < 0) {
                    return;
                }
            }
            throw new IOException("The client did not come to the end of what it sent");
        } catch (IOException e) {
            request.action(ActionCode.CLOSE_NOW, e);
        }
    }

    private Duration left(Duration longest, long begin) {
        return shorter(longest).minusNanos(System.nanoTime() - begin);
    }

    private Duration shorter(Duration longest) {
        Duration patient = patience.of(LONGEST);
        return patient.compareTo(longest) < 0 ? patient : longest;
    }

    @Override
    public boolean prepare(Request request, Response response) throws Exception {
        return adapter.prepare(request, response);
    }

    @Override
    public boolean asyncDispatch(Request request, Response response, SocketEvent event) throws Exception {
        return adapter.asyncDispatch(request, response, event);
    }

    @Override
    public void log(Request request, Response response, long time) {
        adapter.log(request, response, time);
    }

    @Override
    public void checkRecycled(Request request, Response response) {
        adapter.checkRecycled(request, response);
    }

    @Override
    public String getDomain() {
        return adapter.getDomain();
    }

    /** Tomcat hands over what it has read by pointing at it, and says then how much of that it is. */
    private static final class Discarded implements ApplicationBufferHandler {

        private ByteBuffer read = EMPTY_BUFFER;

        @Override
        public void setByteBuffer(ByteBuffer buffer) {
            read = buffer;
        }

        @Override
        public ByteBuffer getByteBuffer() {
            return read;
        }

        @Override
        public void expand(int size) {}
    }
}
