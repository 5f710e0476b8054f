package dev.strata.web.connector.protocol;

import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketBufferHandler;

/** A connection without TLS, whose thread does not wait until it may close it. */
final class PlainChannel extends NioChannel {

    private final ClosedConnections closed;

    PlainChannel(SocketBufferHandler buffers, ClosedConnections closed) {
        super(buffers);
        this.closed = closed;
    }

    @Override
    public void close() {
        closed.close(sc);
    }

    @Override
    public void close(boolean force) {
        close();
    }
}
