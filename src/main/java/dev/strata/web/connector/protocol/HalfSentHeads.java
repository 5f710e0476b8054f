package dev.strata.web.connector.protocol;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * The connections on which a request has begun whose head is not whole. Each keeps buffers meanwhile, so there are only
 * so many of them, and none for long: clients send a head at once.
 */
final class HalfSentHeads {

    private static final Duration LONGEST = Duration.ofSeconds(30);
    /** In bytes, of a connection whose request is being read. */
    private static final long BUFFERS = 128 * 1024;
    private static final int PART_OF_HEAP = 16;

    private final int most = (int) (Runtime.getRuntime().maxMemory() / PART_OF_HEAP / BUFFERS);
    /** Since when, the eldest first. */
    private final Map<SocketWrapperBase<?>, Long> waiting = new LinkedHashMap<>();
    /** The same connections. Nearly all heads come whole, and nobody waits for a lock to learn that. */
    private final Set<SocketWrapperBase<?>> known = ConcurrentHashMap.newKeySet();

    /** Says whether the connection may wait for the rest. Where there are too many, the eldest is closed. */
    boolean mayWait(SocketWrapperBase<?> socket) {
        long now = System.nanoTime();
        SocketWrapperBase<?> eldest = null;
        synchronized (waiting) {
            Long since = waiting.putIfAbsent(socket, now);
            known.add(socket);
            long left = LONGEST.toNanos() - (since == null ? 0 : now - since);
            if (left <= 0) {
                waiting.remove(socket);
                known.remove(socket);
                return false;
            }
            socket.setReadTimeout(Math.max(1, Duration.ofNanos(left).toMillis()));
            if (waiting.size() > most) {
                waiting.keySet().removeIf(SocketWrapperBase::isClosed);
                known.removeIf(SocketWrapperBase::isClosed);
            }
            if (waiting.size() > most) {
                Iterator<SocketWrapperBase<?>> all = waiting.keySet().iterator();
                eldest = all.next();
                all.remove();
                known.remove(eldest);
            }
        }
        if (eldest != null) {
            close(eldest);
        }
        return true;
    }

    /**
     * Closes it at once: a thread to do so may not be free for long, while each new head takes more memory. Who has the
     * lock is reading the rest at this moment.
     */
    private static void close(SocketWrapperBase<?> eldest) {
        if (eldest.getLock().tryLock()) {
            try {
                eldest.close();
            } finally {
                eldest.getLock().unlock();
            }
        }
    }

    /** The head is whole, or the connection is closed. */
    void end(SocketWrapperBase<?> socket) {
        if (known.remove(socket)) {
            synchronized (waiting) {
                waiting.remove(socket);
            }
        }
    }
}
