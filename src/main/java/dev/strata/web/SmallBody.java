package dev.strata.web;

import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Map;

/** Reads bodies that are held in memory. */
public final class SmallBody {

    private SmallBody() {}

    /**
     * Reads a body to its end.
     *
     * @param limit how many bytes it may have, below 2 GiB
     * @param tooLarge the problem where it has more
     * @throws RegistryException with that problem
     */
    public static byte[] read(HttpServletRequest request, long limit, Problem tooLarge) throws IOException {
        if (request.getContentLengthLong() <= limit) {
            byte[] body = request.getInputStream().readNBytes((int) limit + 1);
            if (body.length <= limit) {
                return body;
            }
        }
        throw new RegistryException(tooLarge, "the body is larger than is accepted", Map.of("limit", limit));
    }
}
