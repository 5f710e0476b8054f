package dev.strata.web.connector.protocol;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * The connections on which a request has begun whose head is not whole. Each keeps buffers meanwhile, so there are only
 * so many of them, and none for long: clients send a head at once. Nobody waits for a lock here, since a flood of such heads
 * would bring all threads to it.
 */
final class HalfSentHeads {

    private static final Duration LONGEST = Duration.ofSeconds(30);
    /** In bytes, of a connection whose request is being read. */
    private static final long BUFFERS = 128 * 1024;
    private static final int PART_OF_HEAP = 16;

    private final int most = (int) (Runtime.getRuntime().maxMemory() / PART_OF_HEAP / BUFFERS);
    private final AtomicLong numbers = new AtomicLong();
    private final Map<SocketWrapperBase<?>, Head> waiting = new ConcurrentHashMap<>();
    /** The same connections by the numbers of their heads, the eldest first. */
    private final ConcurrentSkipListMap<Long, SocketWrapperBase<?>> byAge = new ConcurrentSkipListMap<>();

    /** @param begin what {@link System#nanoTime} said when its first part had come */
    private record Head(long number, long begin) {}

    /** Says whether the connection may wait for the rest. Where there are too many, the eldest is closed. */
    boolean mayWait(SocketWrapperBase<?> socket) {
        Head head = waiting.computeIfAbsent(socket, this::begin);
        Duration left = LONGEST.minusNanos(System.nanoTime() - head.begin());
        if (!left.isPositive()) {
            end(socket);
            return false;
        }
        socket.setReadTimeout(Math.max(1, left.toMillis()));
        while (waiting.size() > most && byAge.pollFirstEntry() instanceof Map.Entry<Long, SocketWrapperBase<?>> eldest) {
            waiting.remove(eldest.getValue());
            close(eldest.getValue());
        }
        return true;
    }

    private Head begin(SocketWrapperBase<?> socket) {
        Head head = new Head(numbers.getAndIncrement(), System.nanoTime());
        byAge.put(head.number(), socket);
        return head;
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
        Head head = waiting.remove(socket);
        if (head != null) {
            byAge.remove(head.number());
        }
    }
}
