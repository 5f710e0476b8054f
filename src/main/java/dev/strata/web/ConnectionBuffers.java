package dev.strata.web;

import java.nio.ByteBuffer;
import org.apache.tomcat.util.net.SocketBufferHandler;

/**
 * The buffers that a connection keeps while it lives, as small as can be: thousands of them wait for their agents' next
 * requests.
 *
 * <p>Tomcat reads requests and their bodies into the buffer of whoever processes them, of which there are no more than
 * threads. It takes from the connection's own read buffer only how long that and each read may be; so this one has a
 * length and no memory, until somebody does fill it.
 */
final class ConnectionBuffers extends SocketBufferHandler {

    /**
     * The default of 8 KiB costs a large body more system calls than the copying itself. The buffer of whoever processes
     * a request is as large as this and the longest head together.
     */
    private static final int READ_AT_ONCE = 48 * 1024;
    private static final int SMALL = 8 * 1024;
    private static final byte[] NOTHING = new byte[READ_AT_ONCE];

    private final ByteBuffer unfilled = ByteBuffer.wrap(NOTHING).limit(0);
    private boolean isGrowing;

    ConnectionBuffers() {
        super(0, SMALL, false);
    }

    private boolean isUnfilled() {
        return super.getReadBuffer().capacity() == 0;
    }

    @Override
    public ByteBuffer getReadBuffer() {
        return isUnfilled() ? unfilled : super.getReadBuffer();
    }

    @Override
    public void configureReadBufferForWrite() {
        super.configureReadBufferForWrite();
        if (isUnfilled() && !isGrowing) {
            isGrowing = true; // growing comes back here
            expand(SMALL);
        }
    }
}
