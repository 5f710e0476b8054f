package dev.strata.web.connector.protocol;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The buffers that a connection keeps while it lives: none, where it can be. Thousands of connections wait for their
 * agents' next requests.
 *
 * <p>Tomcat reads requests and their bodies into the buffer of whoever processes them, of which there are no more than
 * threads. It takes from the connection's own read buffer only how long that and each read may be; so this one has a
 * length and no memory, until somebody does fill it. A write buffer is there from the first byte of an answer to its last.
 */
final class ConnectionBuffers extends KnownClientBuffers {

    /** How much of a large body is read at once. With 8 KiB it costs more system calls than the copying itself. */
    static final int LARGE = 48 * 1024;
    private static final int SMALL = 8 * 1024;
    private static final byte[] NOTHING = new byte[LARGE];
    private static final ByteBuffer NOTHING_WRITTEN = ByteBuffer.allocate(0);
    private static final int MOST_SPARE = 64;
    /** Write buffers that no connection needs, for the next that does. Hundreds of threads take and give at once. */
    private static final Queue<ByteBuffer> SPARE = new ConcurrentLinkedQueue<>();
    private static final AtomicInteger SPARES = new AtomicInteger();

    private ByteBuffer unfilled = unfilled(SMALL);
    private boolean isGrowing;
    private volatile @Nullable ByteBuffer written;
    /** Whether what is in the write buffer is on its way out, from the buffer's position to its limit. */
    private volatile boolean isWrittenOut;

    ConnectionBuffers() {
        super(0, 0, false);
    }

    private static ByteBuffer unfilled(int length) {
        return ByteBuffer.wrap(NOTHING, 0, length).slice().limit(0);
    }

    /** Whether much is read at once from now on. The buffer that it is read into has to have the room. */
    void readMuch(boolean much) {
        unfilled = unfilled(much ? LARGE : SMALL);
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

    @Override
    public void configureWriteBufferForWrite() {
        ByteBuffer buffer = written;
        if (buffer == null) {
            written = spare();
        } else if (isWrittenOut) {
            buffer.compact();
        }
        isWrittenOut = false;
    }

    @Override
    public void configureWriteBufferForRead() {
        ByteBuffer buffer = written;
        if (buffer != null && !isWrittenOut) {
            buffer.flip();
            isWrittenOut = true;
        }
    }

    @Override
    public ByteBuffer getWriteBuffer() {
        ByteBuffer buffer = written;
        return buffer == null ? NOTHING_WRITTEN : buffer;
    }

    @Override
    public boolean isWriteBufferWritable() {
        ByteBuffer buffer = written;
        return buffer == null || (isWrittenOut ? !buffer.hasRemaining() : buffer.hasRemaining());
    }

    @Override
    public boolean isWriteBufferEmpty() {
        ByteBuffer buffer = written;
        return buffer == null || (isWrittenOut ? !buffer.hasRemaining() : buffer.position() == 0);
    }

    /** Gives the write buffer back where all of it has been sent; called when nobody writes. */
    void rest() {
        ByteBuffer buffer = written;
        if (buffer == null || !isWriteBufferEmpty()) {
            return;
        }
        written = null;
        isWrittenOut = false;
        if (SPARES.incrementAndGet() <= MOST_SPARE) {
            SPARE.add(buffer.clear());
        } else {
            SPARES.decrementAndGet();
        }
    }

    @Override
    public void reset() {
        super.reset();
        ByteBuffer buffer = written;
        if (buffer != null) {
            buffer.clear(); // what is left of an answer has no connection any more
            isWrittenOut = false;
            rest();
        }
    }

    private static ByteBuffer spare() {
        ByteBuffer spare = SPARE.poll();
        if (spare == null) {
            return ByteBuffer.allocate(SMALL);
        }
        SPARES.decrementAndGet();
        return spare;
    }
}
