package dev.strata.web;

import dev.strata.memory.MemoryBudget;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.LongConsumer;

/**
 * Sends bytes that come from elsewhere as fast as the client takes them. While it takes none, it keeps no thread and little
 * memory: hundreds of clients may be slow, or have stopped.
 */
final class PacedAnswer implements WriteListener {

    private static final int PIECE = 32 * 1024;
    /** In bytes: what of a piece the client has not taken yet, and the connection's own buffer. */
    static final long MEMORY = PIECE + 8 * 1024;

    /** Where the bytes come from. */
    interface Pieces extends AutoCloseable {

        /** Reads at least one byte, or fails. */
        int read(byte[] piece, long left) throws IOException;

        @Override
        void close() throws IOException;
    }

    private final Pieces pieces;
    private final long length;
    private final MemoryBudget.Share memory;
    private final LongConsumer sent;
    private final AsyncContext context;
    private final ServletOutputStream out;
    private long left;
    private boolean isOver;

    private PacedAnswer(
            Pieces pieces, long length, MemoryBudget.Share memory, LongConsumer sent, AsyncContext context, ServletOutputStream out) {
        this.pieces = pieces;
        this.length = length;
        this.memory = memory;
        this.sent = sent;
        this.context = context;
        this.out = out;
        this.left = length;
    }

    /**
     * Sends them when this request's thread is done with it.
     *
     * @param memory so much as this needs; it is given back at the end
     * @param sent told at the end how many bytes went out
     */
    static void begin(
            HttpServletRequest request,
            HttpServletResponse response,
            Pieces pieces,
            long length,
            MemoryBudget.Share memory,
            LongConsumer sent)
            throws IOException {
        AsyncContext context = request.startAsync();
        context.setTimeout(0); // the connection has one, for a client that takes nothing
        ServletOutputStream out = response.getOutputStream();
        out.setWriteListener(new PacedAnswer(pieces, length, memory, sent, context, out));
    }

    @Override
    public void onWritePossible() throws IOException {
        byte[] piece = new byte[(int) Math.min(PIECE, left)];
        while (out.isReady()) {
            if (left == 0) {
                end();
                context.complete();
                return;
            }
            int count = pieces.read(piece, left);
            out.write(piece, 0, count);
            left -= count;
        }
    }

    /** The connection ends with it, so that the client sees that this was not all. */
    @Override
    public void onError(Throwable cause) {
        end();
    }

    private void end() {
        if (isOver) {
            return;
        }
        isOver = true;
        memory.close();
        sent.accept(length - left);
        try {
            pieces.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
