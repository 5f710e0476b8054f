package dev.strata.web;

import dev.strata.oci.HeapShare;
import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Reads bodies that are held in memory: of all requests together only so much as the heap bears. A request has its share
 * until it is answered.
 */
@Component
public final class SmallBodies implements ServletRequestListener {

    /** In bytes. Most bodies have less: they are read at once. */
    private static final int FREE = 16 * 1024;

    private static final String TAKEN = SmallBodies.class.getName() + ".taken";

    private final HeapShare memory = new HeapShare("large bodies", FREE);

    /**
     * Reads a body to its end.
     *
     * @param limit how many bytes it may have, below 2 GiB
     * @param tooLarge the problem where it has more
     * @throws RegistryException with that problem, and CONTENDED where others held too much for too long
     */
    public byte[] read(HttpServletRequest request, long limit, Problem tooLarge) throws IOException {
        long announced = request.getContentLengthLong();
        if (announced <= limit) {
            request.setAttribute(TAKEN, memory.take(announced < 0 ? limit : announced));
            byte[] body = announced < 0
                    ? request.getInputStream().readNBytes((int) limit + 1)
                    : readAll(request.getInputStream(), (int) announced);
            if (body.length <= limit) {
                return body;
            }
        }
        throw new RegistryException(tooLarge, "the body is larger than is accepted", Map.of("limit", limit));
    }

    /** In one piece, where its length is known. */
    private static byte[] readAll(InputStream in, int length) throws IOException {
        byte[] body = new byte[length];
        int read = in.readNBytes(body, 0, length);
        return read == length ? body : Arrays.copyOf(body, read);
    }

    @Override
    public void requestDestroyed(ServletRequestEvent event) {
        if (event.getServletRequest().getAttribute(TAKEN) instanceof Integer share) {
            memory.giveBack(share);
        }
    }
}
