package dev.strata.web.connector.protocol;

import java.nio.ByteBuffer;
import org.apache.coyote.Request;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.jspecify.annotations.Nullable;

/**
 * Has one processor read a large body in large pieces. Each processor keeps a buffer for the longest head and a small
 * piece of a body; there are as many of them as threads, so the room for large pieces is {@linkplain LargeBuffers
 * borrowed}, and only while it is needed.
 */
final class LargeBodies {

    /** In bytes. Below it, the larger buffer costs more than it saves. */
    private static final long LARGE_BODY = 256 * 1024;

    private final Request request;
    private final LargeBuffers buffers;
    private @Nullable ConnectionBuffers connection;
    private ByteBuffer small = ByteBuffer.allocate(0);

    LargeBodies(Request request, LargeBuffers buffers) {
        this.request = request;
        this.buffers = buffers;
    }

    /** Called before anything is read from a connection. The processor may have been another's until that was closed. */
    void serve(@Nullable ConnectionBuffers next) {
        if (connection != null && connection != next) {
            end();
        }
    }

    /** Reads the body of the request whose head is whole in large pieces, if it is large and not too many others are. */
    void begin(ConnectionBuffers connection) {
        if (this.connection != null || !isLarge()) {
            return;
        }
        ApplicationBufferHandler input = (ApplicationBufferHandler) request.getInputBuffer();
        ByteBuffer head = input.getByteBuffer();
        ByteBuffer large = buffers.borrow(this, head.capacity() + ConnectionBuffers.LARGE);
        if (large == null) {
            return;
        }
        this.connection = connection;
        small = head;
        large.put(0, small, 0, small.limit()); // the head stays where it is in the buffer
        input.setByteBuffer(large.limit(small.limit()).position(small.position()));
        connection.readMuch(true);
    }

    private boolean isLarge() {
        long length;
        try {
            length = request.getContentLengthLong();
        } catch (IllegalArgumentException e) {
            return false; // Tomcat refuses the request when it comes to its length
        }
        return length >= LARGE_BODY || length < 0 && request.getMimeHeaders().getHeader("Transfer-Encoding") != null;
    }

    /** The request has ended. The buffer is kept if it has more of the next requests than fits into the small one. */
    void end() {
        ConnectionBuffers ended = connection;
        if (ended == null) {
            return;
        }
        ApplicationBufferHandler input = (ApplicationBufferHandler) request.getInputBuffer();
        ByteBuffer large = input.getByteBuffer();
        if (large.remaining() > small.capacity()) {
            return;
        }
        input.setByteBuffer(small.clear().put(large).flip());
        small = ByteBuffer.allocate(0);
        connection = null;
        ended.readMuch(false);
        buffers.giveBack(this);
    }
}
