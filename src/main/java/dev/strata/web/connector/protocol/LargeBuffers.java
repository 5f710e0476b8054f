package dev.strata.web.connector.protocol;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The buffers that large bodies are read into, so many and no more. They are used again and again, since Tomcat's filters
 * still refer to them when a request has ended: new ones would stay for as long as the processor does, one for each.
 */
final class LargeBuffers {

    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<ByteBuffer> spare = new ArrayDeque<>();
    /** Weak, because Tomcat drops processors whose connections are gone without telling them. */
    private final Map<LargeBodies, ByteBuffer> lent = new WeakHashMap<>();

    /** @param most how many bodies are read in large pieces at the same time; all others are read in small ones */
    LargeBuffers(int most) {
        this.most = most;
    }

    /**
     * Lends a buffer. It is worth less than a wait for the lock.
     *
     * @param capacity in bytes, the same each time
     * @return nothing where all are lent, or somebody else borrows or gives back
     */
    @Nullable ByteBuffer borrow(LargeBodies borrower, int capacity) {
        if (!lock.tryLock()) {
            return null;
        }
        try {
            if (lent.size() >= most) {
                return null;
            }
            ByteBuffer buffer = spare.poll();
            if (buffer == null) {
                buffer = ByteBuffer.allocate(capacity);
            }
            lent.put(borrower, buffer);
            return buffer;
        } finally {
            lock.unlock();
        }
    }

    void giveBack(LargeBodies borrower) {
        lock.lock();
        try {
            ByteBuffer buffer = lent.remove(borrower);
            if (buffer != null && spare.size() + lent.size() < most) {
                spare.push(buffer.clear());
            }
        } finally {
            lock.unlock();
        }
    }
}
