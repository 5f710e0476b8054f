package dev.strata.replicas;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A load balancer without any cleverness: each request goes to the next process, and nothing is sticky. One that does not
 * listen is passed over. Where an answer breaks off, so does the client's.
 */
final class RoundRobin implements AutoCloseable {

    private static final Set<String> OWN_HEADERS =
            Set.of("connection", "content-length", "transfer-encoding", "host", "upgrade", "expect", "keep-alive");

    private final HttpServer server;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger turn = new AtomicInteger();
    private final List<Integer> ports;

    private RoundRobin(HttpServer server, List<Integer> ports) {
        this.server = server;
        this.ports = ports;
    }

    static RoundRobin before(List<Integer> ports) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        RoundRobin proxy = new RoundRobin(server, List.copyOf(ports));
        server.setExecutor(proxy.threads);
        server.createContext("/", proxy::pass);
        server.start();
        return proxy;
    }

    int port() {
        return server.getAddress().getPort();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + port());
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            Optional<HttpResponse<InputStream>> answer = ask(exchange);
            if (answer.isPresent()) {
                answer(exchange, answer.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Empty where nobody answers: then the connection ends. */
    private Optional<HttpResponse<InputStream>> ask(HttpExchange exchange) throws IOException, InterruptedException {
        int first = turn.getAndIncrement();
        for (int i = 0; i < ports.size(); i++) {
            int port = ports.get(Math.floorMod(first + i, ports.size()));
            try {
                return Optional.of(client.send(request(exchange, port), BodyHandlers.ofInputStream()));
            } catch (ConnectException e) {
                continue; // nothing was sent
            }
        }
        return Optional.empty();
    }

    private static HttpRequest request(HttpExchange exchange, int port) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), body(exchange));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        request.header("X-Forwarded-Host", exchange.getRequestHeaders().getFirst("Host"));
        return request.build();
    }

    private static BodyPublisher body(HttpExchange exchange) {
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        if (length == null) {
            return exchange.getRequestHeaders().containsKey("Transfer-Encoding")
                    ? BodyPublishers.ofInputStream(exchange::getRequestBody)
                    : BodyPublishers.noBody();
        }
        return length.equals("0")
                ? BodyPublishers.noBody()
                : BodyPublishers.fromPublisher(
                        BodyPublishers.ofInputStream(exchange::getRequestBody), Long.parseLong(length));
    }

    private static void answer(HttpExchange exchange, HttpResponse<InputStream> answer) throws IOException {
        answer.headers().map().forEach((name, values) -> {
            if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                exchange.getResponseHeaders().put(name, values);
            }
        });
        long length = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
        boolean hasBody = !exchange.getRequestMethod().equals("HEAD") && answer.statusCode() != 204 && answer.statusCode() != 304;
        if (!hasBody && length >= 0) {
            exchange.getResponseHeaders().set("Content-Length", Long.toString(length));
        }
        exchange.sendResponseHeaders(answer.statusCode(), !hasBody || length == 0 ? -1 : Math.max(0, length));
        try (InputStream in = answer.body();
                OutputStream out = exchange.getResponseBody()) {
            in.transferTo(out);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        client.shutdownNow();
    }
}
