package dev.strata.web.connector.protocol;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes connections one at a time. A channel's close takes a lock of the selector. When hundreds of threads wanted it,
 * the poller had to wait for its turn among them, and with it everybody whose next request had arrived. Here a thread that
 * finds another one closing leaves its connection to that one.
 */
final class ClosedConnections {

    private static final Logger log = LoggerFactory.getLogger(ClosedConnections.class);

    private final Queue<SocketChannel> waiting = new ConcurrentLinkedQueue<>();
    /** How many are not closed yet. Who makes it one closes them until it is none. */
    private final AtomicInteger unclosed = new AtomicInteger();

    /** Closes it soon: before this returns, or in another thread that is closing others. */
    void close(SocketChannel connection) {
        waiting.add(connection);
        if (unclosed.getAndIncrement() > 0) {
            return;
        }
        do {
            closeNext();
        } while (unclosed.decrementAndGet() > 0);
    }

    private void closeNext() {
        try {
            waiting.remove().close();
        } catch (IOException | RuntimeException e) { // the others want to be closed all the same
            log.warn("A connection was not closed as it should be", e);
        }
    }
}
