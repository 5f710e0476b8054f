package dev.strata.web;

import dev.strata.memory.MemoryBudget;
import dev.strata.oci.Digest;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.web.connector.HttpProperties;
import dev.strata.web.connector.protocol.FileTransfers;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.springframework.stereotype.Component;

/**
 * Answers with content that never changes: validators, ranges (RFC 9110, sections 13 and 14), and the kernel's
 * sendfile where the content is a local file.
 */
@Component
public class FileAnswer {

    private static final String SENDFILE_SUPPORT = "org.apache.tomcat.sendfile.support";
    private static final String SENDFILE_NAME = "org.apache.tomcat.sendfile.filename";
    private static final String SENDFILE_START = "org.apache.tomcat.sendfile.start";
    private static final String SENDFILE_END = "org.apache.tomcat.sendfile.end";
    private static final int BUFFER_BYTES = 64 * 1024;

    private final boolean sendfile;
    private final FileTransfers transfers;
    private final MemoryBudget memory;

    FileAnswer(HttpProperties properties, FileTransfers transfers, MemoryBudget memory) {
        this.sendfile = properties.sendfile();
        this.transfers = transfers;
        this.memory = memory;
    }

    /** Where an answer's bytes come from. */
    public interface Source {

        /** The length in bytes. */
        long size();

        /** A local file that holds just these bytes, and will until they are sent. */
        Optional<Path> file();

        /** Opens the bytes from an offset on, of which so many are read. */
        InputStream open(long offset, long length) throws IOException;
    }

    /**
     * Sends the content, or the part of it that was asked for.
     *
     * @param sent told how many bytes of it went out, when that is known: by this thread or another one, possibly after
     *     this call, and not at all where there are none to send
     * @throws RegistryException RANGE_NOT_SATISFIABLE, PRECONDITION_FAILED
     */
    public void send(
            HttpServletRequest request,
            HttpServletResponse response,
            Digest digest,
            Source source,
            LongConsumer sent)
            throws IOException {
        String entityTag = "\"" + digest + "\"";
        response.setHeader("ETag", entityTag);
        response.setHeader("Docker-Content-Digest", digest.toString());
        response.setHeader("Accept-Ranges", "bytes");
        EntityTags.requireMatch(request, entityTag);
        if (EntityTags.match(request.getHeader("If-None-Match"), entityTag)) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        ByteRange range = range(request, response, entityTag, source.size());
        response.setContentType("application/octet-stream");
        response.setContentLengthLong(range.length());
        if (range.partial()) {
            response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
            response.setHeader("Content-Range", range.contentRange(source.size()));
        }
        if (request.getMethod().equals("HEAD") || range.length() == 0) {
            return;
        }
        Optional<Path> file = source.file();
        if (sendfile && file.isPresent() && Boolean.TRUE.equals(request.getAttribute(SENDFILE_SUPPORT))) {
            request.setAttribute(SENDFILE_NAME, file.get().toString());
            request.setAttribute(SENDFILE_START, range.first());
            request.setAttribute(SENDFILE_END, range.end());
            transfers.expect(sent);
        } else {
            copy(request, response, new Pull(digest, open(digest, source, range)), file.isEmpty(), range.length(), sent);
        }
    }

    private static ByteRange range(
            HttpServletRequest request, HttpServletResponse response, String entityTag, long size) {
        String header = request.getHeader("Range");
        String condition = request.getHeader("If-Range");
        boolean isAsked = header != null && request.getMethod().equals("GET"); // RFC 9110, section 14.2
        if (!isAsked || condition != null && !condition.equals(entityTag)) {
            return ByteRange.whole(size);
        }
        try {
            return ByteRange.of(header, size);
        } catch (RegistryException e) {
            response.setHeader("Content-Range", "bytes */" + size);
            throw e;
        }
    }

    /** Bytes from far away are paced by the client, since each such pull would keep a thread otherwise. */
    private void copy(
            HttpServletRequest request,
            HttpServletResponse response,
            Pull pull,
            boolean isFar,
            long length,
            LongConsumer sent)
            throws IOException {
        MemoryBudget.Share room = memory.take(0, "pulls");
        if (isFar && request.isAsyncSupported() && room.growIfSpare(PacedAnswer.MEMORY)) {
            PacedAnswer.begin(request, response, pull, length, room, sent);
        } else {
            room.close();
            copy(response, pull, length, sent);
        }
    }

    private static void copy(HttpServletResponse response, Pull pull, long length, LongConsumer sent)
            throws IOException {
        byte[] buffer = new byte[(int) Math.min(BUFFER_BYTES, length)];
        long left = length;
        try (pull) {
            while (left > 0) {
                int count = pull.read(buffer, left);
                response.getOutputStream().write(buffer, 0, count);
                left -= count;
            }
        } finally {
            sent.accept(length - left);
        }
    }

    /** What was there a moment ago may have been deleted since, or set aside. */
    private static InputStream open(Digest digest, Source source, ByteRange range) throws IOException {
        try {
            return source.open(range.first(), range.length());
        } catch (NoSuchFileException e) {
            throw new RegistryException(
                    Problem.BLOB_UNKNOWN, "the content is there no longer", Map.of("digest", digest.toString()), e);
        }
    }

    /** Content that is being sent. */
    private record Pull(Digest digest, InputStream in) implements PacedAnswer.Pieces {

        /** Where it is the content that cannot be read, and not the client that went away, the log says so. */
        @Override
        public int read(byte[] piece, long left) throws IOException {
            int count;
            try {
                count = in.read(piece, 0, (int) Math.min(piece.length, left));
            } catch (IOException e) {
                throw new IOException(digest + " cannot be read with " + left + " bytes left to send", e);
            }
            if (count < 0) {
                throw new EOFException(digest + " ended " + left + " bytes early");
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
