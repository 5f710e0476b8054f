package dev.strata.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.strata.access.workloads.TestIssuer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import tools.jackson.databind.JsonNode;

/**
 * A registry where people sign in, which all tests that ask for it share. Tokens live for a minute there, so that a long
 * push outlives its own.
 *
 * @param robot the secret of a robot that may pull from {@code team/**}
 */
record SignInRegistry(StrataProcess strata, TestIssuer issuer, String robot) implements AutoCloseable {

    static final String AUDIENCE = "https://registry.example";

    private static final String ADMIN = "the first secret";
    private static final String POLICY = """
            grants:
              - {who: "account:ann", on: team/**, may: [pull, push]}
              - {who: "account:ben", on: team/**, may: pull}
              - {who: anyone, on: public/**, may: pull}
              - {who: "account:ben", on: built/**, may: [pull, push, delete]}
              - who: {issuer: ISSUER, claims: {repository: acme/web, ref: refs/heads/main}}
                on: built/**
                may: [pull, push, delete, cache]
                cache: main
              - who: {issuer: ISSUER, claims: {repository: acme/web, ref: "refs/pull/{pull_request}/merge"}}
                on: built/**
                may: [pull, push, delete, cache]
                cache: pr-{pull_request}
            """;

    /** Gives it to tests. */
    static final class Shared implements ParameterResolver {

        private static final Namespace NAMESPACE = Namespace.create(Shared.class);

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == SignInRegistry.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(NAMESPACE)
                    .computeIfAbsent(SignInRegistry.class, key -> SignInRegistry.start(), SignInRegistry.class);
        }
    }

    private static SignInRegistry start() {
        try {
            Path directory = Files.createTempDirectory(Files.createDirectories(Path.of("target", "interop")), "login-");
            TestIssuer issuer = new TestIssuer();
            Path policy = Files.writeString(directory.resolve("policy.yaml"), POLICY.replace("ISSUER", issuer.issuer()));
            StrataProcess strata = StrataProcess.start(
                    directory.resolve("data"),
                    "--strata.access.admin-password=" + ADMIN,
                    "--strata.access.policy=" + policy,
                    "--strata.access.token-lifetime=1m",
                    "--strata.access.issuers[0].issuer=" + issuer.issuer(),
                    "--strata.access.issuers[0].audience=" + AUDIENCE);
            SignInRegistry fresh = new SignInRegistry(strata, issuer, "");
            for (String name : List.of("ann", "ben")) {
                fresh.administer("accounts", "{\"name\":\"%s\",\"password\":\"%s\"}".formatted(name, password(name)));
            }
            JsonNode made = fresh.administer(
                    "robots", "{\"name\":\"reader\",\"repositories\":[\"team/**\"],\"actions\":[\"pull\"]}");
            return new SignInRegistry(strata, issuer, made.path("secret").asString(""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String password(String account) {
        return account.equals("admin") ? ADMIN : account + "'s secret";
    }

    String address() {
        return strata.registry().address();
    }

    String image(String name) {
        return strata.registry().image(name);
    }

    /** A token of a job that builds a branch or a pull request of acme/web. */
    String idToken(String ref) {
        return idToken(ref, AUDIENCE, Duration.ofMinutes(5));
    }

    /** @param good for how long the registry still takes it, which is a minute longer than it says */
    String idToken(String ref, String audience, Duration good) {
        JWTClaimsSet claims = issuer.claims(audience)
                .subject("repo:acme/web:ref:" + ref)
                .claim("ref", ref)
                .expirationTime(Date.from(Instant.now().plus(good).minusSeconds(60)))
                .build();
        return issuer.sign(claims);
    }

    /** Adds something as an administrator. */
    JsonNode administer(String path, String body) {
        HttpResponse<String> made = send(request("/api/access/" + path).POST(BodyPublishers.ofString(body)));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return Registry.json(made.body());
    }

    /** What an administrator is answered. */
    JsonNode get(String path) {
        HttpResponse<String> answer = send(request(path));
        assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
        return Registry.json(answer.body());
    }

    /** Whether there is a manifest, whoever may read it. */
    boolean has(String repository, String reference) {
        return manifestAnswer(repository, reference).statusCode() == 200;
    }

    /** A manifest or an index; it has to be there. */
    JsonNode manifest(String repository, String reference) {
        HttpResponse<String> answer = manifestAnswer(repository, reference);
        assertThat(answer.statusCode()).as("status of %s:%s", repository, reference).isEqualTo(200);
        return Registry.json(answer.body());
    }

    private HttpResponse<String> manifestAnswer(String repository, String reference) {
        return send(request("/v2/" + repository + "/manifests/" + reference)
                .header("Accept", "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json")
                .header("Accept", "application/vnd.docker.distribution.manifest.v2+json"));
    }

    /** The events of a kind that the audit log has of a repository. */
    List<JsonNode> audited(String what, String repository) {
        return get("/api/access/audit?what=" + what + "&subject=" + repository).path("events").valueStream().toList();
    }

    private HttpRequest.Builder request(String path) {
        String both = Base64.getEncoder().encodeToString(("admin:" + ADMIN).getBytes(UTF_8));
        return HttpRequest.newBuilder(URI.create("http://" + address() + path))
                .header("Authorization", "Basic " + both)
                .header("Content-Type", "application/json");
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        strata.close();
        issuer.close();
    }
}
