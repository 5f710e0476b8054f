package dev.strata.web;

import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import org.apache.coyote.Request;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.jspecify.annotations.Nullable;

/**
 * Has one processor read a large body in large pieces. Each processor keeps a buffer for the longest head and a small
 * piece of a body; there are as many of them as threads, so the room for large pieces is taken only while it is needed,
 * and by so many at once.
 */
final class LargeBodies {

    /** In bytes. Below it, the larger buffer costs more than it saves. */
    private static final long LARGE_BODY = 256 * 1024;

    private final Request request;
    private final Semaphore permits;
    private @Nullable ConnectionBuffers connection;
    private ByteBuffer small = ByteBuffer.allocate(0);

    LargeBodies(Request request, Semaphore permits) {
        this.request = request;
        this.permits = permits;
    }

    /**
     * Reads the body of the request whose head is whole in large pieces, if it is large and not too many others are.
     *
     * @param longestHead in bytes, which stays where it is in the buffer
     */
    void begin(ConnectionBuffers buffers, int longestHead) {
        if (connection != null || !isLarge() || !permits.tryAcquire()) {
            return;
        }
        connection = buffers;
        ApplicationBufferHandler input = (ApplicationBufferHandler) request.getInputBuffer();
        small = input.getByteBuffer();
        ByteBuffer large = ByteBuffer.allocate(Math.max(longestHead, small.limit()) + ConnectionBuffers.LARGE);
        large.put(0, small, 0, small.limit());
        input.setByteBuffer(large.limit(small.limit()).position(small.position()));
        buffers.readMuch(true);
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

    /** The request has ended. What has arrived of the next one stays where it is read. */
    void end() {
        ConnectionBuffers buffers = connection;
        if (buffers == null) {
            return;
        }
        connection = null;
        permits.release();
        buffers.readMuch(false);
        ApplicationBufferHandler input = (ApplicationBufferHandler) request.getInputBuffer();
        ByteBuffer large = input.getByteBuffer();
        small.clear();
        if (large.remaining() <= small.capacity()) {
            input.setByteBuffer(small.put(large).flip());
        }
    }
}
