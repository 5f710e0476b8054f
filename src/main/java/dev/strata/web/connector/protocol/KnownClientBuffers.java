package dev.strata.web.connector.protocol;

import org.apache.tomcat.util.net.SocketBufferHandler;

/** The buffers of a connection, which know whether its client was served before. */
class KnownClientBuffers extends SocketBufferHandler {

    private volatile boolean isKnown;

    KnownClientBuffers(int readBuffer, int writeBuffer, boolean direct) {
        super(readBuffer, writeBuffer, direct);
    }

    /** A request of this connection was served, and its client goes on. */
    void served() {
        isKnown = true;
    }

    boolean isOfKnownClient() {
        return isKnown;
    }

    /** They are of another connection from now on. */
    @Override
    public void reset() {
        super.reset();
        isKnown = false;
    }
}
