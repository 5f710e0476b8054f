package dev.strata.web;

import dev.strata.json.StrictJson;
import dev.strata.memory.MemoryBudget.Share;
import dev.strata.memory.MemoryBudget;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Map;
import org.apache.catalina.connector.ClientAbortException;
import org.springframework.stereotype.Component;

/**
 * Reads bodies that are held in memory, which are JSON all of them. Only what has arrived is counted, so a client that sends slowly takes no room from
 * others; the room is free again when the body has been read, long before its answer is sent.
 */
@Component
public final class SmallBodies {

    /** In bytes. Most bodies are smaller: they are read at once and are not counted. */
    private static final int UNCOUNTED = 16 * 1024;

    private final MemoryBudget memory;

    SmallBodies(MemoryBudget memory) {
        this.memory = memory;
    }

    /** What is made of a body while it and the JSON in it are in memory. */
    @FunctionalInterface
    public interface Reader<T> {

        T read(byte[] body) throws IOException;
    }

    /**
     * Reads a body to its end.
     *
     * @param limit how many bytes it may have, below 2 GiB
     * @param tooLarge the problem where it has more
     * @param reader takes the body, which it must not keep
     * @throws RegistryException with that problem, CONTENDED where others held too much memory for too long, and
     *     BODY_TOO_SLOW
     */
    public <T> T read(HttpServletRequest request, long limit, Problem tooLarge, Reader<T> reader) throws IOException {
        if (request.getContentLengthLong() > limit) {
            throw tooLarge(tooLarge, limit);
        }
        try (Share share = memory.take(0, "large bodies")) {
            byte[] body = receive(request, limit, tooLarge, share);
            share.grow(StrictJson.memory(body));
            return reader.read(body);
        }
    }

    private static byte[] receive(HttpServletRequest request, long limit, Problem tooLarge, Share share)
            throws IOException {
        try {
            return receiveAll(request, limit, tooLarge, share);
        } catch (ClientAbortException e) {
            if (e.getCause() instanceof SocketTimeoutException) {
                throw ArrivalRate.tooSlow();
            }
            throw e;
        }
    }

    /** The array grows as the body arrives. */
    private static byte[] receiveAll(HttpServletRequest request, long limit, Problem tooLarge, Share share)
            throws IOException {
        InputStream in = request.getInputStream();
        int whole = (int) (request.getContentLengthLong() < 0 ? limit : request.getContentLengthLong());
        byte[] body = new byte[Math.min(UNCOUNTED, whole)];
        int length = 0;
        try (ArrivalRate rate = new ArrivalRate(request)) {
            while (true) {
                if (length == body.length) {
                    int next = in.read();
                    if (next < 0) {
                        return body;
                    }
                    if (length == whole) {
                        throw tooLarge(tooLarge, limit);
                    }
                    int size = (int) Math.min(whole, 2L * length);
                    share.grow(2L * (size - (length <= UNCOUNTED ? 0 : length))); // while it is copied there are two
                    body = Arrays.copyOf(body, size);
                    body[length++] = (byte) next;
                }
                int count = in.read(body, length, body.length - length);
                if (count < 0) {
                    return Arrays.copyOf(body, length);
                }
                length += count;
                rate.require(length);
            }
        }
    }

    private static RegistryException tooLarge(Problem problem, long limit) {
        return new RegistryException(problem, "the body is larger than is accepted", Map.of("limit", limit));
    }
}
