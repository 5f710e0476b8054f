package dev.strata.agent.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;

/** A registry behind a proxy that answers some requests wrongly, by plan. */
final class FaultyProxy implements AutoCloseable {

    private static final int HUGE = 8 * 1024 * 1024;
    private static final Set<String> NOT_FORWARDED =
            Set.of("connection", "content-length", "date", "expect", "host", "http2-settings", "transfer-encoding", "upgrade");

    /** How an answer is wrong. */
    enum Fault {
        ERROR(exchange -> answer(exchange, 500, "<html>it is broken</html>")),
        UNAVAILABLE(exchange -> answer(exchange, 503, "")),
        TOO_MANY(exchange -> answer(exchange, 429, "{\"errors\":[]}", "Retry-After", "999999999")),
        BASIC_LOGIN(exchange -> answer(exchange, 401, "{}", "WWW-Authenticate", "Basic realm=\"x\"")),
        BEARER_LOGIN(exchange -> answer(exchange, 401, "{}", "WWW-Authenticate", "Bearer realm=\"no address\"")),
        FORBIDDEN(exchange -> answer(exchange, 403, "null")),
        NOT_FOUND(exchange -> answer(exchange, 404, "nothing here")),
        PAGE(exchange -> answer(exchange, 200, "<html>please log in</html>")),
        EMPTY(exchange -> answer(exchange, 200, "")),
        NULL(exchange -> answer(exchange, 200, "null")),
        ARRAY(exchange -> answer(exchange, 200, "[]")),
        OBJECT(exchange -> answer(exchange, 200, "{}")),
        NUMBERS(exchange -> answer(
                exchange,
                200,
                "{\"stages\":7,\"manifests\":8,\"layers\":9,\"config\":1,\"rootfs\":2,\"history\":3,\"created_at\":4}")),
        ODD_LISTS(exchange -> answer(
                exchange,
                200,
                "{\"stages\":[null,{\"name\":{},\"steps\":[5]}],\"manifests\":[null,4,{\"digest\":[]}],\"history\":[7],\"config\":[]}")),
        DEEP(exchange -> answer(exchange, 200, "[".repeat(100_000))),
        REDIRECT(exchange -> answer(exchange, 307, "", "Location", "http://127.0.0.1:1/nowhere")),
        REDIRECT_TO_ITSELF(exchange -> answer(exchange, 307, "", "Location", exchange.getRequestURI().toString())),
        NO_LOCATION(exchange -> answer(exchange, 202, "")),
        BAD_LOCATION(exchange -> answer(exchange, 202, "", "Location", "ht tp://%zz")),
        CUT(exchange -> send(exchange, 200, 1000, out -> {})),
        HUGE_ANSWER(exchange -> send(exchange, 200, HUGE, out -> {
            for (int i = 0; i < HUGE / 1024; i++) {
                out.write(" ".repeat(1024).getBytes(UTF_8));
            }
        })),
        SILENT(FaultyProxy::waitForTheEnd),
        DRIPPING(exchange -> send(exchange, 200, 1000, out -> {
            out.write('{');
            out.flush();
            waitForTheEnd(exchange);
        }));

        private final Answer answer;

        Fault(Answer answer) {
            this.answer = answer;
        }
    }

    private interface Answer {
        void give(HttpExchange exchange) throws IOException;
    }

    private interface Body {
        void write(OutputStream out) throws IOException;
    }

    private static final CountDownLatch END_OF_ALL = new CountDownLatch(1);

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int registry;
    private final String endpoint;
    private final Answer fault;

    /** @param endpoint what is answered wrongly: a regular expression of method and path */
    FaultyProxy(int registry, String endpoint, Fault fault) throws IOException {
        this(registry, endpoint, fault.answer);
    }

    /** @param body what is answered with 200 instead */
    FaultyProxy(int registry, String endpoint, String body) throws IOException {
        this(registry, endpoint, exchange -> answer(exchange, 200, body));
    }

    private FaultyProxy(int registry, String endpoint, Answer fault) throws IOException {
        this.registry = registry;
        this.endpoint = endpoint;
        this.fault = fault;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if ((exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath()).matches(endpoint)) {
            fault.give(exchange);
        } else {
            forward(exchange, body);
        }
    }

    private void forward(HttpExchange exchange, byte[] body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + registry + exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        each(exchange.getRequestHeaders(), request::header);
        HttpResponse<byte[]> answer;
        try {
            answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        each(answer.headers().map(), (name, value) -> exchange.getResponseHeaders().add(
                name, value.replace("127.0.0.1:" + registry, "127.0.0.1:" + port())));
        boolean hasBody = answer.body().length > 0;
        exchange.sendResponseHeaders(answer.statusCode(), hasBody ? answer.body().length : -1);
        if (hasBody) {
            exchange.getResponseBody().write(answer.body());
        }
        exchange.close();
    }

    private static void each(Map<String, List<String>> headers, BiConsumer<String, String> header) {
        headers.forEach((name, values) -> {
            if (!NOT_FORWARDED.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> header.accept(name, value));
            }
        });
    }

    private static void answer(HttpExchange exchange, int status, String body, String... headers) throws IOException {
        for (int i = 0; i + 1 < headers.length; i += 2) {
            exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
        }
        byte[] bytes = body.getBytes(UTF_8);
        boolean hasBody = bytes.length > 0 && !exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, hasBody ? bytes.length : -1);
        if (hasBody) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    private static void send(HttpExchange exchange, int status, int length, Body body) throws IOException {
        exchange.sendResponseHeaders(status, exchange.getRequestMethod().equals("HEAD") ? -1 : length);
        body.write(exchange.getResponseBody());
        exchange.close(); // cuts the connection where bytes are missing
    }

    private static void waitForTheEnd(HttpExchange exchange) {
        try {
            END_OF_ALL.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exchange.close();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        client.close();
    }
}
