package dev.strata.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Stands before an HTTP server and lets some requests fail, each in a way of its own. Every connection has one request. */
public final class FaultyProxy implements AutoCloseable {

    /** What becomes of a request. */
    public enum Fault {
        /** The store says that it has too much to do. */
        SLOW_DOWN,
        ERROR,
        /** The connection ends before the server sees anything. */
        RESET,
        /** The server does what it was asked, and nobody hears of it. */
        LOST_ANSWER,
        /** Half of the answer's bytes come. */
        HALF,
        /** The client hears that it is done, and the server hears of nothing. */
        NOT_DONE,
        /** The server knows nothing of it. */
        UNKNOWN
    }

    private record Rule(String part, Fault fault, AtomicInteger times) {}

    private final ServerSocket server;
    private final URI upstream;
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final AtomicInteger faults = new AtomicInteger();

    private FaultyProxy(ServerSocket server, URI upstream) {
        this.server = server;
        this.upstream = upstream;
    }

    public static FaultyProxy before(URI upstream) throws IOException {
        FaultyProxy proxy = new FaultyProxy(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()), upstream);
        Thread.ofVirtual().start(proxy::accept);
        return proxy;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** Lets the next requests fail whose first line has a part. */
    public void fail(int times, String part, Fault fault) {
        rules.add(new Rule(part, fault, new AtomicInteger(times)));
    }

    /** All requests succeed again. */
    public void heal() {
        rules.clear();
    }

    /** How many failed. */
    public int faults() {
        return faults.get();
    }

    private void accept() {
        while (true) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                return; // it was closed
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setSoLinger(true, 0); // what is closed early is reset
            InputStream in = new BufferedInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            String head = head(in);
            Fault fault = fault(head.lines().findFirst().orElse(""));
            if (fault == Fault.RESET) {
                return;
            }
            if (head.toLowerCase(Locale.ROOT).contains("expect: 100-continue")) {
                out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
                out.flush();
            }
            byte[] body = in.readNBytes(length(head));
            if (fault == Fault.SLOW_DOWN || fault == Fault.ERROR || fault == Fault.UNKNOWN) {
                refuse(out, fault);
            } else if (fault == Fault.NOT_DONE) {
                answer(out, "200 OK", "<CompleteMultipartUploadResult><ETag>\"done\"</ETag></CompleteMultipartUploadResult>");
            } else {
                byte[] answer = forward(head, body);
                int count = fault == Fault.HALF ? answer.length / 2 : fault == Fault.LOST_ANSWER ? 0 : answer.length;
                out.write(answer, 0, count);
                out.flush();
                if (fault == null) {
                    client.setSoLinger(false, 0);
                }
            }
        } catch (IOException e) {
            // The client went away, as it may.
        }
    }

    private static void refuse(OutputStream out, Fault fault) throws IOException {
        String code = fault == Fault.SLOW_DOWN ? "SlowDown" : fault == Fault.UNKNOWN ? "NoSuchUpload" : "InternalError";
        String status = fault == Fault.SLOW_DOWN
                ? "503 Slow Down"
                : fault == Fault.UNKNOWN ? "404 Not Found" : "500 Internal Server Error";
        answer(out, status, "<Error><Code>" + code + "</Code><Message>as the test wants it</Message></Error>");
    }

    private static void answer(OutputStream out, String status, String body) throws IOException {
        out.write(("HTTP/1.1 " + status + "\r\nContent-Type: application/xml\r\nConnection: close\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body)
                .getBytes(ISO_8859_1));
        out.flush();
    }

    private @Nullable Fault fault(String line) {
        for (Rule rule : rules) {
            if (line.contains(rule.part()) && rule.times().getAndDecrement() > 0) {
                faults.incrementAndGet();
                return rule.fault();
            }
        }
        return null;
    }

    private byte[] forward(String head, byte[] body) throws IOException {
        StringBuilder changed = new StringBuilder();
        head.lines().forEach(line -> {
            String name = line.toLowerCase(Locale.ROOT);
            if (!line.isEmpty() && !name.startsWith("connection:") && !name.startsWith("expect:")) {
                changed.append(line).append("\r\n");
            }
        });
        changed.append("Connection: close\r\n\r\n");
        try (Socket server = new Socket(upstream.getHost(), upstream.getPort())) {
            server.getOutputStream().write(changed.toString().getBytes(ISO_8859_1));
            server.getOutputStream().write(body);
            server.getOutputStream().flush();
            return server.getInputStream().readAllBytes();
        }
    }

    private static int length(String head) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .map(line -> Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElse(0);
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException();
            }
            head.write(next);
        }
        return head.toString(ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
