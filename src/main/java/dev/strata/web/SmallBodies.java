package dev.strata.web;

import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Reads bodies that are held in memory: of all requests together only so much as the heap bears. A request has its share
 * until it is answered.
 */
@Component
public final class SmallBodies implements ServletRequestListener {

    /** What JSON becomes in memory has up to thirty times its bytes. */
    private static final int SHARE_OF_HEAP = 48;
    /** Most bodies: they are read at once. */
    private static final int FREE = 16 * 1024;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final String TAKEN = SmallBodies.class.getName() + ".taken";

    private final int all;
    private final long longestWaitMs;
    private final Semaphore memory;

    @Autowired
    SmallBodies() {
        this((int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP), LONGEST_WAIT);
    }

    /** @param bytes how much there may be at once; a body that is larger waits until it is alone */
    SmallBodies(int bytes, Duration longestWait) {
        this.all = bytes;
        this.longestWaitMs = longestWait.toMillis();
        this.memory = new Semaphore(bytes, true);
    }

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
            take(request, announced < 0 ? limit : announced);
            byte[] body = request.getInputStream().readNBytes((int) limit + 1);
            if (body.length <= limit) {
                return body;
            }
        }
        throw new RegistryException(tooLarge, "the body is larger than is accepted", Map.of("limit", limit));
    }

    private void take(HttpServletRequest request, long bytes) {
        if (bytes > FREE) {
            int share = (int) Math.min(bytes, all);
            try {
                if (!memory.tryAcquire(share, longestWaitMs, TimeUnit.MILLISECONDS)) {
                    throw busy(bytes);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw busy(bytes);
            }
            request.setAttribute(TAKEN, share);
        }
    }

    private static RegistryException busy(long bytes) {
        return new RegistryException(
                Problem.CONTENDED, "there are too many large bodies at once", Map.of("size", bytes));
    }

    @Override
    public void requestDestroyed(ServletRequestEvent event) {
        if (event.getServletRequest().getAttribute(TAKEN) instanceof Integer share) {
            memory.release(share);
        }
    }
}
