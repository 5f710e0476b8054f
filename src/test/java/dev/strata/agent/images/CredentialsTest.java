package dev.strata.agent.images;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.strata.agent.AgentException;
import dev.strata.agent.connection.ConnectionOptions;
import dev.strata.agent.connection.Http.Request;
import dev.strata.agent.connection.Http;
import dev.strata.agent.login.Login;
import dev.strata.agent.plan.Plans;
import dev.strata.oci.Descriptor;
import dev.strata.oci.MediaType;
import dev.strata.oci.Reference;
import dev.strata.oci.RepositoryName;
import dev.strata.testing.Content;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A registry that wants tokens is the only one that sees them, and what it answers for a digest has that digest. */
class CredentialsTest {

    private static final byte[] CONFIGURATION = "{\"rootfs\":{\"diff_ids\":[]}}".getBytes(UTF_8);

    private HttpServer registry;
    private HttpServer store;
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final List<String> questions = new CopyOnWriteArrayList<>();
    private volatile String token = "t0ken";
    private volatile int tokenStatus = 200;
    private byte[] served = CONFIGURATION;

    /** A request that came in, and what it showed. */
    private record Seen(String host, String line, List<String> secrets) {}

    @BeforeEach
    void start() throws IOException {
        registry = server("registry", this::answerAsRegistry);
        store = server("store", exchange -> answer(exchange, exchange.getRequestMethod().equals("PUT") ? 201 : 200, served));
    }

    @AfterEach
    void stop() {
        registry.stop(0);
        store.stop(0);
    }

    @Test
    void aTokenAndAScopesTokenStayBehindWhereTheRegistrySendsToAnotherHost() {
        byte[] body = http().send(Request.get("/v2/team/app/blobs/elsewhere", "Strata-Scope-Token", "secret")).body();

        assertThat(body).isEqualTo(CONFIGURATION);
        assertThat(seen).contains(new Seen("registry", "GET /v2/team/app/blobs/elsewhere", List.of("Bearer t0ken", "secret")));
        assertThat(seen).last().isEqualTo(new Seen("store", "GET /signed", List.of()));
    }

    @Test
    void anUploadThatGoesOnAtAnotherHostShowsNoToken() {
        RepositoryClient client = new RepositoryClient(http(), name());
        Descriptor blob = new Descriptor(
                MediaType.of("application/octet-stream"),
                Content.sha256(CONFIGURATION),
                CONFIGURATION.length,
                Optional.empty(),
                Map.of());

        client.copy(blob, client);

        assertThat(seen).last().isEqualTo(new Seen("store", "PUT /upload", List.of()));
    }

    @Test
    void anAddressOfTheRegistryItselfGetsTheTokenHoweverItIsWritten() {
        Http http = http();
        http.send(Request.get("/v2/team/app/blobs/one"));
        seen.clear();

        assertThat(http.send(Request.get(base(registry) + "/v2/team/app/blobs/two")).statusCode()).isEqualTo(200);

        assertThat(seen).containsExactly(new Seen("registry", "GET /v2/team/app/blobs/two", List.of("Bearer t0ken")));
    }

    @Test
    void aTokenThatIsOverIsReplaced() {
        Http http = http();
        http.send(Request.get("/v2/team/app/blobs/one"));
        token = "t0ken-2";

        assertThat(http.send(Request.json("POST", "/v2/team/app/blobs/two", Http.JSON.createObjectNode())).statusCode())
                .isEqualTo(200);

        assertThat(seen).last().isEqualTo(new Seen("registry", "POST /v2/team/app/blobs/two", List.of("Bearer t0ken-2")));
        assertThat(seen).filteredOn(each -> each.line().equals("GET /token")).hasSize(2);
    }

    @Test
    void whatIsNeededIsAskedForFromTheStart() {
        Http http = http();
        http.alsoRead(RepositoryName.of("team/app"), RepositoryName.of("team/base"));

        http.signIn(RepositoryName.of("team/app"), "pull,push");
        http.send(Request.get("/v2/team/app/blobs/one"));

        assertThat(questions).containsExactly("scope=repository:team/base:pull&scope=repository:team/app:pull,push");
        assertThat(seen).last().isEqualTo(new Seen("registry", "GET /v2/team/app/blobs/one", List.of("Bearer t0ken")));
    }

    @Test
    void whatIsNeededLaterIsAskedForAtOnce() {
        Http http = http();
        http.signIn(RepositoryName.of("team/app"), "pull,push");
        token = "t0ken-2";

        http.alsoRead(RepositoryName.of("team/app"), RepositoryName.of("team/base"));
        http.alsoRead(RepositoryName.of("team/app"), RepositoryName.of("team/base"));
        http.send(Request.get("/v2/team/app/blobs/one"));

        assertThat(questions)
                .containsExactly(
                        "scope=repository:team/app:pull,push",
                        "scope=repository:team/app:pull,push&scope=repository:team/base:pull");
        assertThat(seen).last().isEqualTo(new Seen("registry", "GET /v2/team/app/blobs/one", List.of("Bearer t0ken-2")));
    }

    @Test
    void aPasswordThatIsRefusedIsTriedOnce() {
        Login wrong = new Login(Login.Kind.PASSWORD, "ann", "s3cret", "a test");
        Http http = new Http(URI.create(base(registry)), Http.Limits.USUAL, new ConnectionOptions().client(), () -> Optional.of(wrong));
        tokenStatus = 401;

        for (String blob : List.of("one", "two")) {
            assertThatExceptionOfType(AgentException.class)
                    .isThrownBy(() -> http.send(Request.get("/v2/team/app/blobs/" + blob)))
                    .withMessageContaining("refuses the name or the password of ann")
                    .withMessageNotContaining("s3cret");
        }

        assertThat(seen).filteredOn(each -> each.line().equals("GET /token")).hasSize(1);
    }

    @Test
    void anotherConfigurationThanTheOneThatTheManifestNamesIsRefused() {
        RepositoryClient client = new RepositoryClient(http(), name());
        assertThat(client.image(name().reference(), Plans.PLATFORM)).isPresent();

        served = "{\"rootfs\":{\"diff_ids\":[]},\"config\":{\"Env\":[\"A=b\"]}}".getBytes(UTF_8);

        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(() -> client.image(name().reference(), Plans.PLATFORM))
                .withMessageContaining("other content for " + Content.sha256(CONFIGURATION));
    }

    @Test
    void anotherManifestThanTheOneThatWasAskedForIsRefused() {
        Reference other = Content.sha256("another one".getBytes(UTF_8));

        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(() -> new RepositoryClient(http(), name()).image(other, Plans.PLATFORM))
                .withMessageContaining("other content for " + other);
    }

    private Http http() {
        return new Http(URI.create(base(registry)), Http.Limits.USUAL);
    }

    private ImageName name() {
        return ImageName.of("127.0.0.1:" + registry.getAddress().getPort() + "/team/app:1");
    }

    private static String base(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answerAsRegistry(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.equals("/token")) {
            questions.add(String.valueOf(exchange.getRequestURI().getQuery()));
            answer(exchange, tokenStatus, ("{\"token\":\"" + token + "\"}").getBytes(UTF_8));
        } else if (!("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            exchange.getResponseHeaders().add("WWW-Authenticate", "Bearer realm=\"" + base(registry) + "/token\"");
            answer(exchange, 401, new byte[0]);
        } else if (path.endsWith("/elsewhere")) {
            exchange.getResponseHeaders().add("Location", base(store) + "/signed");
            answer(exchange, 307, new byte[0]);
        } else if (path.endsWith("/uploads/")) {
            exchange.getResponseHeaders().add("Location", base(store) + "/upload");
            answer(exchange, 202, new byte[0]);
        } else if (path.contains("/manifests/")) {
            answer(exchange, 200, ("{\"config\":{\"digest\":\"" + Content.sha256(CONFIGURATION) + "\"},\"layers\":[]}").getBytes(UTF_8));
        } else {
            answer(exchange, 200, served);
        }
    }

    private HttpServer server(String host, com.sun.net.httpserver.HttpHandler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            List<String> secrets = new CopyOnWriteArrayList<>();
            secrets.addAll(exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
            secrets.addAll(exchange.getRequestHeaders().getOrDefault("Strata-Scope-Token", List.of()));
            seen.add(new Seen(
                    host, exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath(), List.copyOf(secrets)));
            handler.handle(exchange);
        });
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }
}
