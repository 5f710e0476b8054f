package dev.strata.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** The body of an answer while it arrives, of a fixed length or in chunks. */
final class Body {

    /** Long enough for any case; the runner's own limit ends a body that never does. */
    private static final Duration NO_LIMIT = Duration.ofHours(1);

    private final Connection connection;
    private final Answer answer;
    private boolean complete;

    Body(Connection connection, Answer answer) {
        this.connection = connection;
        this.answer = answer;
    }

    /** Takes bytes; need not take them out of the buffer. */
    interface Sink {
        void accept(ByteBuffer bytes) throws IOException;
    }

    long transferTo(Sink sink) throws IOException {
        return transferTo(sink, new Window(NO_LIMIT));
    }

    /** Hands over the body until it ends or the window closes; says how many bytes that were. */
    long transferTo(Sink sink, Window window) throws IOException {
        long length = answer.bodyLength();
        long taken = length >= 0 ? pass(length, sink, window) : passChunks(sink, window);
        complete = length >= 0 ? taken == length : complete;
        return taken;
    }

    boolean isComplete() {
        return complete;
    }

    private long pass(long length, Sink sink, Window window) throws IOException {
        long taken = 0;
        while (taken < length && window.isOpen()) {
            ByteBuffer bytes = connection.received();
            int end = bytes.limit();
            int next = bytes.position() + (int) Math.min(bytes.remaining(), length - taken);
            taken += next - bytes.position();
            bytes.limit(next);
            sink.accept(bytes);
            bytes.limit(end).position(next);
        }
        return taken;
    }

    private long passChunks(Sink sink, Window window) throws IOException {
        long taken = 0;
        while (window.isOpen()) {
            long size = Long.parseLong(line(), 16);
            if (size == 0) {
                while (!line().isEmpty()) {
                    continue;
                }
                complete = true;
                return taken;
            }
            taken += pass(size, sink, new Window(NO_LIMIT));
            line();
        }
        return taken;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(8);
        while (line.length() < 1024) {
            char next = (char) connection.received().get();
            if (next == '\n') {
                return line.toString();
            }
            if (next != '\r') {
                line.append(next);
            }
        }
        throw new CaseFailedException("a chunk's size that does not end");
    }
}
