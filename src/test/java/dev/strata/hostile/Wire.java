package dev.strata.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.strata.hostile.OddRequest.Delivery;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sends requests byte by byte, with no library that would refuse to. */
final class Wire implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 20;
    /** For requests that may well wait for more that never comes: what is answered at all is answered soon. */
    private static final int SHORT_PATIENCE_MILLIS = 400;
    private static final Pattern MISLEADING = Pattern.compile("(?i)(Expect|Content-Length|Transfer-Encoding|Prefer|Upgrade):.*");
    private static final int KEPT = 4_000;
    private static final int LARGEST_HEAD = 200_000;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3})");
    private static final Pattern LOCATION = Pattern.compile("(?i)\\r\\nLocation: \\S*?(/v2/\\S+)");

    private final int port;
    private final ScheduledExecutorService guard = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("patience").factory());

    Wire(int port) {
        this.port = port;
    }

    /**
     * What came back.
     *
     * @param status 0 where nothing did that is an answer
     * @param text its head, and how its body begins
     */
    record Reply(int status, String text) {

        private static final Reply NONE = new Reply(0, "");

        Optional<String> upload() {
            Matcher location = LOCATION.matcher(text);
            return status == 202 && location.find() ? Optional.of(location.group(1)) : Optional.empty();
        }
    }

    /** Sends it as it wants to be sent; a connection that ends early is what odd requests get. */
    Reply send(OddRequest request) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            ScheduledFuture<?> end = guard.schedule(() -> close(socket), PATIENCE_SECONDS, TimeUnit.SECONDS);
            try {
                return exchange(socket, request);
            } finally {
                end.cancel(false);
            }
        } catch (IOException broken) {
            return Reply.NONE;
        }
    }

    private Reply exchange(Socket socket, OddRequest request) throws IOException {
        OutputStream out = socket.getOutputStream();
        if (request.delivery() == Delivery.LYING
                || request.headers().stream().anyMatch(header -> MISLEADING.matcher(header).matches())) {
            socket.setSoTimeout(SHORT_PATIENCE_MILLIS);
        }
        out.write(head(request).getBytes(ISO_8859_1));
        try {
            body(out, request);
        } catch (IOException refused) {
            // The server may answer before it has read everything, and its answer still counts.
            if (request.delivery() != Delivery.WHOLE && request.delivery() != Delivery.CHUNKED) {
                return Reply.NONE;
            }
        }
        return switch (request.delivery()) {
            case ABANDONED -> Reply.NONE;
            case CUT, DRIPPED -> {
                socket.shutdownOutput();
                yield reply(socket.getInputStream());
            }
            case UNREAD -> {
                socket.getInputStream().read();
                pause(200);
                yield Reply.NONE;
            }
            default -> reply(socket.getInputStream());
        };
    }

    private String head(OddRequest request) {
        StringBuilder head = new StringBuilder(request.method() + " " + request.target() + " HTTP/1.1\r\n");
        if (request.headers().stream().noneMatch(header -> header.startsWith("Host:"))) {
            head.append("Host: 127.0.0.1:").append(port).append("\r\n");
        }
        request.headers().forEach(header -> head.append(header).append("\r\n"));
        head.append("Connection: close\r\n");
        switch (request.delivery()) {
            case CHUNKED, BADLY_CHUNKED -> head.append("Transfer-Encoding: chunked\r\n");
            case CUT, DRIPPED -> head.append("Content-Length: ").append(request.body().length + 1_000).append("\r\n");
            case LYING -> head.append("Content-Length: ").append(request.body().length % 7 * 1_000_000_007L).append("\r\n");
            default -> head.append(request.body().length == 0 && request.method().equals("GET")
                    ? "" : "Content-Length: " + request.body().length + "\r\n");
        }
        return head.append("\r\n").toString();
    }

    private static void body(OutputStream out, OddRequest request) throws IOException {
        byte[] body = request.body();
        switch (request.delivery()) {
            case CHUNKED -> chunks(out, body, "\r\n");
            case BADLY_CHUNKED -> chunks(out, body, body.length % 2 == 0 ? ";x=" + "y".repeat(500) + "\r\n" : "zz\r\n");
            case DRIPPED -> {
                for (int sent = 0; sent < Math.min(body.length, 20); sent++) {
                    out.write(body[sent]);
                    pause(10);
                }
            }
            case LYING -> out.write(body, 0, body.length / 2);
            default -> out.write(body);
        }
        out.flush();
    }

    private static void chunks(OutputStream out, byte[] body, String end) throws IOException {
        for (int from = 0; from < body.length; ) {
            int length = Math.min(body.length - from, 1 + from * 3);
            out.write((Integer.toHexString(length) + end).getBytes(ISO_8859_1));
            out.write(body, from, length);
            out.write("\r\n".getBytes(ISO_8859_1));
            from += length;
        }
        out.write("0\r\n\r\n".getBytes(ISO_8859_1));
    }

    private static Reply reply(InputStream in) throws IOException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        byte[] block = new byte[1 << 16];
        try {
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                if (kept.size() < LARGEST_HEAD) {
                    kept.write(block, 0, read);
                }
            }
        } catch (IOException ended) {
            // What came before the end is the answer.
        }
        String text = kept.toString(ISO_8859_1);
        // Those of 1xx come before the answer.
        int status = STATUS.matcher(text).results()
                .map(match -> Integer.parseInt(match.group(1)))
                .filter(code -> code >= 200)
                .findFirst()
                .orElse(0);
        return new Reply(status, text.substring(0, Math.min(text.length(), KEPT)));
    }

    private static void pause(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        guard.shutdownNow();
    }
}
