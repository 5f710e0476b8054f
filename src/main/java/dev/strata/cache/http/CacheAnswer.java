package dev.strata.cache.http;

import dev.strata.cache.entries.Entry;
import dev.strata.cache.entries.Layer;
import dev.strata.cache.entries.MissReason;
import dev.strata.memory.MemoryBudget.Share;
import dev.strata.memory.MemoryBudget;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.web.EntityTags;
import dev.strata.web.HeldAnswer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes what the cache answers: RFC 9211 for {@code Cache-Status}, RFC 9110 and 9111 for the rest. */
@Component
class CacheAnswer {

    private static final String NAME = "Strata";
    private static final String JSON = "application/json";
    /** In bytes. Most answers are smaller, and are not counted. */
    private static final int UNCOUNTED = 64 * 1024;
    /** How much larger an answer is in memory than as it is sent: what it was made of is still there. */
    private static final long SIZE_IN_MEMORY = 4;

    private final JsonMapper json;
    private final MemoryBudget memory;
    private final Clock clock;

    CacheAnswer(JsonMapper json, MemoryBudget memory, Clock clock) {
        this.json = json;
        this.memory = memory;
        this.clock = clock;
    }

    /**
     * An entry that may be used.
     *
     * @param body asked for only where it is sent
     */
    void hit(HttpServletRequest request, HttpServletResponse response, Entry entry, Supplier<ObjectNode> body)
            throws IOException {
        response.setHeader("Cache-Status", NAME + "; hit");
        String tag = tag(entry);
        response.setHeader("ETag", tag);
        response.setHeader("Age", String.valueOf(entry.age(clock.instant()).toSeconds()));
        if (entry.layer().isPresent()) {
            Layer layer = entry.layer().get();
            response.setHeader("Docker-Content-Digest", layer.digest().toString());
        }
        if (EntityTags.match(request.getHeader("If-None-Match"), tag)) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        if (request.getMethod().equals("HEAD")) {
            response.setContentType(JSON);
        } else {
            send(request, response, HttpServletResponse.SC_OK, body.get());
        }
    }

    /** No entry that may be used. */
    void miss(HttpServletRequest request, HttpServletResponse response, MissReason reason, ObjectNode body)
            throws IOException {
        String forward = reason == MissReason.EXPIRED ? "stale" : "miss";
        response.setHeader("Cache-Status", NAME + "; fwd=" + forward + "; detail=" + reason);
        response.setHeader("Age", "0");
        byte[] bytes = json.writeValueAsBytes(body);
        response.setHeader(
                "ETag", "\"" + Digest.ofContent(DigestAlgorithm.SHA256, bytes).hex().substring(0, 32) + "\"");
        int status = reason.isGone() ? HttpServletResponse.SC_GONE : HttpServletResponse.SC_NOT_FOUND;
        send(request, response, status, bytes);
    }

    static void setTag(HttpServletResponse response, Entry entry) {
        response.setHeader("ETag", tag(entry));
    }

    private static String tag(Entry entry) {
        return "\"" + entry.tag() + "\"";
    }

    void send(HttpServletRequest request, HttpServletResponse response, int status, ObjectNode body)
            throws IOException {
        send(request, response, status, json.writeValueAsBytes(body));
    }

    private void send(HttpServletRequest request, HttpServletResponse response, int status, byte[] body)
            throws IOException {
        // A client may take some time to read it.
        try (Share _ = memory.take(body.length > UNCOUNTED ? SIZE_IN_MEMORY * body.length : 0, "answers")) {
            response.setStatus(status);
            response.setContentType(JSON);
            new HeldAnswer(request, response).send(body);
        }
    }
}
