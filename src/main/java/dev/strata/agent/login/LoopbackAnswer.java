package dev.strata.agent.login;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Where a browser on this machine comes back to: RFC 8252, section 7.3. It listens on a port of the loopback address for as
 * long as the login takes. What does not know the state is not an answer to it, and changes nothing.
 */
final class LoopbackAnswer implements AutoCloseable {

    private static final String PATH = "/callback";

    private final HttpServer server;
    private final String state;
    private final CompletableFuture<Map<String, String>> answer = new CompletableFuture<>();

    LoopbackAnswer(String state) throws IOException {
        this.state = state;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext("/", this::take);
        server.start();
    }

    static boolean isOfThisMachine(String host) {
        try {
            return host.equals("localhost") || InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false; // a name
        }
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + PATH);
    }

    /**
     * Waits for the code that the browser brings.
     *
     * @param issuer that has to be named as the one who answers, where it says that it does so: RFC 9207
     * @throws LoginException where it brings none in time
     */
    String code(String issuer, boolean namesItself, Duration patience) {
        try {
            Map<String, String> brought = answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            String by = brought.get("iss");
            if (by == null ? namesItself : !by.equals(issuer)) {
                throw new LoginException("another issuer answers than the one that was asked");
            }
            String code = brought.getOrDefault("code", "");
            if (code.isEmpty()) {
                String error = brought.getOrDefault("error", "").replaceAll("[^a-z_]", "");
                throw new LoginException("the issuer does not let you in" + (error.isEmpty() ? "" : ": " + error));
            }
            return code;
        } catch (TimeoutException e) {
            throw new LoginException("nobody logged in within " + patience.toSeconds() + " seconds", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // nothing fails it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoginException("stopped", e);
        }
    }

    private void take(HttpExchange exchange) throws IOException {
        Map<String, String> brought = parameters(exchange.getRequestURI().getRawQuery());
        boolean isAnswer = exchange.getRequestMethod().equals("GET")
                && exchange.getRequestURI().getPath().equals(PATH)
                && state.equals(brought.get("state"));
        say(exchange, isAnswer ? 200 : 404, isAnswer ? "You can close this window and go on in the terminal." : "Not here.");
        if (isAnswer) {
            answer.complete(brought);
        }
    }

    private static void say(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain;charset=utf-8");
        exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : query == null ? new String[0] : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                try {
                    parameters.put(
                            pair.substring(0, equals),
                            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException e) {
                    return Map.of(); // no browser writes that
                }
            }
        }
        return parameters;
    }

    /** What the browser is still being told arrives. */
    @Override
    public void close() {
        server.stop(1);
    }
}
