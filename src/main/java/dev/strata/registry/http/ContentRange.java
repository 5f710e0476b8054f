package dev.strata.registry.http;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.blobs.Chunk;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what a request says of the chunk in its body: OCI Distribution Specification, "Pushing a blob in chunks". */
final class ContentRange {

    private static final Pattern GRAMMAR = Pattern.compile("([0-9]{1,18})-([0-9]{1,18})");

    /** In bytes: 8 TiB, more than any store takes as one file or object. */
    private static final long MOST = 8L << 40;

    private ContentRange() {}

    /** @throws RegistryException UPLOAD_INVALID for what is no range; SIZE_INVALID where it contradicts the length */
    static Chunk chunk(HttpServletRequest request) throws IOException {
        long contentLength = request.getContentLengthLong();
        if (contentLength > MOST) {
            throw new RegistryException(
                    Problem.REQUEST_TOO_LARGE, "the body is larger than is accepted", Map.of("limit", MOST));
        }
        String header = request.getHeader("Content-Range");
        if (header == null) {
            return new Chunk(OptionalLong.empty(), contentLength, request.getInputStream());
        }
        Matcher range = GRAMMAR.matcher(header);
        if (!range.matches()) {
            throw new RegistryException(
                    Problem.UPLOAD_INVALID,
                    "Content-Range is written as <first byte>-<last byte>",
                    Map.of("contentRange", header));
        }
        long first = Long.parseLong(range.group(1));
        long length = Long.parseLong(range.group(2)) - first + 1;
        // A chunk without a byte has no last one: clients that close an upload so repeat the first or name the one before.
        boolean empty = contentLength == 0 && (length == 0 || length == 1);
        if (!empty && (length <= 0 || contentLength >= 0 && contentLength != length)) {
            throw new RegistryException(
                    Problem.SIZE_INVALID,
                    "Content-Range and Content-Length contradict each other",
                    Map.of("contentRange", header, "contentLength", contentLength));
        }
        return new Chunk(OptionalLong.of(first), empty ? 0 : length, request.getInputStream());
    }
}
