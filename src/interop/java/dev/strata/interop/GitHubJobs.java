package dev.strata.interop;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/** What GitHub Actions offers to a job that may have ID tokens: it makes one each time that it is asked. */
final class GitHubJobs implements AutoCloseable {

    private static final String SECRET = "the runner's own token";

    private final HttpServer server;

    /** @param tokens makes a token for an audience */
    GitHubJobs(UnaryOperator<String> tokens) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/token", exchange -> {
            String audience = URLDecoder.decode(
                    exchange.getRequestURI().getRawQuery().replaceFirst(".*&audience=", ""), StandardCharsets.UTF_8);
            boolean isRight = ("Bearer " + SECRET).equals(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body = ("{\"value\":\"" + tokens.apply(audience) + "\"}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(isRight ? 200 : 401, isRight ? body.length : -1);
            if (isRight) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        server.start();
    }

    /** A command as a job runs it. */
    Command inJob(Command command) {
        return command.with(
                        "ACTIONS_ID_TOKEN_REQUEST_URL",
                        "http://127.0.0.1:" + server.getAddress().getPort() + "/token?api-version=2.0")
                .with("ACTIONS_ID_TOKEN_REQUEST_TOKEN", SECRET);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
