package dev.strata.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.Cookie;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import tools.jackson.databind.JsonNode;

/** A registry where people log in, with an account {@code admin}. */
final class LoginRegistry implements AutoCloseable {

    static final String ADMIN = "admin";
    static final String PASSWORD = "the first secret";

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final StrataProcess strata;
    private @Nullable Cookie cookie; // guarded by this

    private LoginRegistry(StrataProcess strata) {
        this.strata = strata;
    }

    static LoginRegistry start(String... options) {
        try {
            Path data = Files.createTempDirectory(Files.createDirectories(Path.of("target", "interop")), "login-data");
            List<String> all = new ArrayList<>(List.of("--strata.access.admin-password=" + PASSWORD));
            Collections.addAll(all, options);
            return new LoginRegistry(StrataProcess.start(data, all.toArray(String[]::new)));
        } catch (IOException exception) {
            throw new UncheckedIOException(exception);
        }
    }

    /** Gives tests one that all of them share, each with names of its own. */
    static final class Shared implements ParameterResolver {

        private static final Namespace NAMESPACE = Namespace.create(Shared.class);

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == LoginRegistry.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(NAMESPACE)
                    .computeIfAbsent(LoginRegistry.class, key -> LoginRegistry.start(), LoginRegistry.class);
        }
    }

    Registry registry() {
        return strata.registry();
    }

    /** What the API answers the administrator; anything but success fails the test. */
    JsonNode ask(String method, String path, String body) {
        HttpResponse<String> answer = send(ADMIN, PASSWORD, method, "/api/access" + path, body);
        assertThat(answer.statusCode()).as("%s %s: %s", method, path, answer.body()).isBetween(200, 299);
        return Registry.json(answer.body().isEmpty() ? "{}" : answer.body());
    }

    /** What the browser of the administrator has after a login. */
    synchronized Cookie cookie() {
        if (cookie == null) {
            String origin = "http://" + registry().address();
            HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(origin + "/api/access/session"))
                    .header("Origin", origin)
                    .POST(BodyPublishers.ofString("{\"name\":\"" + ADMIN + "\",\"password\":\"" + PASSWORD + "\"}"))
                    .build());
            HttpCookie set = HttpCookie.parse(answer.headers().firstValue("Set-Cookie").orElseThrow()).getFirst();
            cookie = new Cookie(set.getName(), set.getValue()).setUrl(origin);
        }
        return cookie;
    }

    HttpResponse<String> send(String name, String password, String method, String path, String body) {
        return send(requestOf(name, password, path).method(method, BodyPublishers.ofString(body)).build());
    }

    private HttpRequest.Builder requestOf(String name, String password, String path) {
        String both = Base64.getEncoder().encodeToString((name + ":" + password).getBytes(UTF_8));
        return HttpRequest.newBuilder(URI.create("http://" + registry().address() + path))
                .header("Authorization", "Basic " + both);
    }

    /** Pushes an image of one layer as the administrator, and returns its digest. */
    String pushImage(String repository, String tag, String layer) {
        for (String content : List.of("{}", layer)) {
            String upload = "/v2/" + repository + "/blobs/uploads/?digest=" + digestOf(content);
            assertThat(send(ADMIN, PASSWORD, "POST", upload, content).statusCode()).isEqualTo(201);
        }
        String manifest = """
                {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                  "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "%s", "size": 2},
                  "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "%s", "size": %d}]}"""
                .formatted(digestOf("{}"), digestOf(layer), layer.length());
        HttpResponse<String> answer = send(requestOf(ADMIN, PASSWORD, "/v2/" + repository + "/manifests/" + tag)
                .header("Content-Type", "application/vnd.oci.image.manifest.v1+json")
                .PUT(BodyPublishers.ofString(manifest))
                .build());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return digestOf(manifest);
    }

    private static String digestOf(String content) {
        return Registry.digestOf(content.getBytes(UTF_8));
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return CLIENT.send(request, BodyHandlers.ofString());
        } catch (IOException exception) {
            throw new UncheckedIOException(exception);
        } catch (InterruptedException exception) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(exception);
        }
    }

    /** Makes an account, and returns its password. */
    String account(String name) {
        String password = "the secret of " + name.substring(0, Math.min(20, name.length()));
        ask("POST", "/accounts", "{\"name\":\"%s\",\"password\":\"%s\"}".formatted(name, password));
        return password;
    }

    @Override
    public void close() {
        strata.close();
    }
}
