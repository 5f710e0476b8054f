package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.strata.access.workloads.TestIssuer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** What {@code docs/team.md} tells people to write and to type, as it stands there but for names and places. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TeamGuideTest {

    private static final Duration START = Duration.ofMinutes(2);
    private static final String PASSWORD = "changeit";
    private static final String GITHUB = "https://token.actions.githubusercontent.com";
    private static final String GITLAB = "https://gitlab.example";
    private static final String KUBERNETES = "https://kubernetes.default.svc.cluster.local";

    private final Path directory;
    private final String address = variable("STRATA_INTEROP_TLS_REGISTRY");
    private final Path authority = Path.of(variable("STRATA_INTEROP_TLS"), "ca.crt");
    private final TestIssuer keys = new TestIssuer();
    private final TeamGuide guide;
    private @Nullable Process server;

    TeamGuideTest() throws IOException {
        directory = Files.createTempDirectory(Files.createDirectories(Path.of("target", "interop")), "guide-").toAbsolutePath();
        Map<String, String> names = new LinkedHashMap<>();
        for (String issuer : List.of(GITHUB, GITLAB)) { // which nobody can ask for their keys here
            names.put("issuer: " + issuer, "issuer: " + issuer + "\n        jwks: " + keys.issuer() + "/keys");
        }
        names.put("registry.example", address);
        names.put("port: 443", "port: " + address.substring(address.lastIndexOf(':') + 1));
        names.put("/var/lib/strata", directory.resolve("data").toString());
        names.put("/etc/strata", directory.toString());
        names.put("/etc/containerd/node", directory.resolve("node").toString());
        guide = new TeamGuide(names);
    }

    private static String variable(String name) {
        return Objects.requireNonNull(System.getenv(name), () -> name + " is not set; run the tests under .ci/with-engines");
    }

    @BeforeAll
    void start() throws IOException {
        TestAuthority company = TestAuthority.create(authority, directory);
        company.sign(directory, "server", "/CN=registry", "IP:" + address.substring(0, address.lastIndexOf(':')));
        Files.move(directory.resolve("server.cert"), directory.resolve("tls.crt"));
        Files.move(directory.resolve("server.key"), directory.resolve("tls.key"));
        company.sign(directory, "node", "/O=nodes/CN=node-1", "DNS:node-1");
        Files.move(directory.resolve("node.cert"), directory.resolve("node.crt"));
        Files.copy(authority, directory.resolve("nodes-ca.crt"));
        Path java = Path.of(System.getProperty("java.home"), "bin");
        Command.of(java.resolve("keytool").toString(), "-importcert", "-noprompt", "-alias", "company")
                .and("-file", authority.toString(), "-keystore", directory.resolve("trusted.p12").toString())
                .and("-storepass", PASSWORD)
                .run();
        Files.writeString(directory.resolve("kubernetes-keys.json"), new JWKSet(keys.key().toPublicJWK()).toString());
        Files.writeString(
                directory.resolve("application.yaml"), guide.file("application.yaml") + "---\n" + guide.file("nodes.yaml"));
        Files.writeString(
                directory.resolve("policy.yaml"),
                guide.file("policy.yaml").replaceFirst("grants:\n", guide.file("nodes-policy.yaml")));
        Files.createSymbolicLink(directory.resolve("strata.jar"), Path.of("target", "strata.jar").toAbsolutePath());
        BuildContext.file(directory.resolve("."), "hello");

        Command command = types("exec 0</dev/null\n" + guide.commands().getFirst());
        ProcessBuilder starting = new ProcessBuilder(command.words())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile());
        starting.environment().putAll(command.environment());
        Process started = starting.start();
        server = started;
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
        await("Strata's start").atMost(START).until(() -> {
            assertThat(started.isAlive()).as(Files.readString(directory.resolve("log"))).isTrue();
            return types("curl -sS -o answer https://" + address + "/v2/").attempt().exitCode() == 0;
        });
    }

    @AfterAll
    void stop() {
        Process running = server;
        if (running != null) {
            running.descendants().forEach(ProcessHandle::destroy);
            running.destroy();
        }
        keys.close();
    }

    /** At a machine that trusts the company's authority as a whole. */
    private Command types(String script) {
        return types(script, fresh());
    }

    private Command types(String script, Path home) {
        String java = Path.of(System.getProperty("java.home"), "bin").toString();
        return Command.of("bash", "-euo", "pipefail", "-c", "cd \"$HERE\"\n" + script)
                .with("HERE", directory.toString())
                .with("PATH", java + ":" + System.getenv("PATH"))
                .with("CURL_CA_BUNDLE", authority.toString())
                .with("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -Djavax.net.ssl.trustStore=" + directory.resolve("trusted.p12")
                        + " -Djavax.net.ssl.trustStorePassword=" + PASSWORD)
                .with("DOCKER_CONFIG", home.toString())
                .with("REGISTRY_AUTH_FILE", home.resolve("config.json").toString());
    }

    /** Where nobody has logged in yet. */
    private Path fresh() {
        try {
            Path home = Files.createTempDirectory(directory, "home-");
            Files.writeString(home.resolve("config.json"), "{}");
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String token(String issuer, String audience, Map<String, String> said) {
        JWTClaimsSet.Builder claims = keys.claims(audience).issuer(issuer).claim("repository", null).claim("ref", null);
        said.forEach(claims::claim);
        return keys.sign(claims.build());
    }

    private Command job(GitHubJobs jobs, String script, String scope) {
        return job(jobs, script, scope, fresh());
    }

    private Command job(GitHubJobs jobs, String script, String scope, Path home) {
        String push = scope.startsWith("pr-") ? "--no-push" : "--push"; // as the workflow says it
        return jobs.inJob(types(script, home)).with("SCOPE", scope).with("PUSH", push).with("GITHUB_SHA", scope);
    }

    private GitHubJobs github(String ref, String event) {
        return new GitHubJobs(audience ->
                token(GITHUB, audience, Map.of("repository", "acme/web", "ref", ref, "event_name", event)));
    }

    private String tags(String repository) {
        return types("curl -fsS -u \"admin:$(cat admin-password)\" https://" + address + "/v2/" + repository + "/tags/list")
                .run()
                .result();
    }

    @Test
    @Order(1)
    void peopleComeIn() {
        List<String> commands = guide.commands();
        assertThat(commands).hasSize(3);

        Path home = fresh();

        types(commands.get(1), home).run();

        assertThat(types(commands.get(2), home).run().standard()).contains("yes");
    }

    @Test
    @Order(2)
    void gitHubBuildsMainAndPullRequests() {
        String step = guide.steps(".github/workflows/build.yaml").getFirst();

        try (GitHubJobs main = github("refs/heads/main", "push");
                GitHubJobs pullRequest = github("refs/pull/7/merge", "pull_request")) {
            assertThat(job(main, step, "main").run().standard()).contains("0 from the cache, 1 run");
            Command.Output again = job(pullRequest, step, "pr-7").run();
            assertThat(again.standard()).contains("hit from main", "1 from the cache, 0 run");
        }
        assertThat(tags("acme/web")).contains("main").doesNotContain("pr-7", "strata-build");
    }

    /** Its author decides what it runs. */
    @Test
    @Order(3)
    void aPullRequestFillsItsOwnScopeAndPushesNothing() throws IOException {
        String step = guide.steps(".github/workflows/build.yaml").getFirst();
        List<String> docker = guide.steps(".github/workflows/docker.yaml");
        Path home = fresh();
        try (GitHubJobs main = github("refs/heads/main", "push");
                GitHubJobs pullRequest = github("refs/pull/7/merge", "pull_request");
                GitHubJobs other = github("refs/pull/8/merge", "pull_request")) {
            BuildContext.file(directory.resolve("."), "changed");
            assertThat(job(pullRequest, step, "main").with("PUSH", "--no-push").run().standard())
                    .contains("0 from the cache, 1 run", "you may not write this scope");
            assertThat(job(pullRequest, step, "pr-7").run().standard()).contains("0 from the cache, 1 run");
            assertThat(job(pullRequest, step, "pr-7").run().standard()).contains("hit from pr-7", "1 from the cache, 0 run");
            assertThat(job(pullRequest, step, "v2").with("PUSH", "--push").attempt().exitCode()).isNotZero();

            job(pullRequest, docker.getFirst(), "docker", home).run();
            assertThat(job(pullRequest, docker.getLast(), "docker", home).attempt().all()).contains("may not push");
            assertThat(tags("acme/web")).doesNotContain("v2", "docker", "strata-build");

            assertThat(job(other, step, "pr-8").run().standard()).contains("0 from the cache, 1 run");
            assertThat(job(main, step, "main").run().standard()).contains("0 from the cache, 1 run");
        } finally {
            BuildContext.file(directory.resolve("."), "hello");
        }
    }

    @Test
    @Order(4)
    void whatOnlySaysThatItIsMainBuildsNothing() {
        String step = guide.steps(".github/workflows/build.yaml").getFirst();

        try (GitHubJobs target = github("refs/heads/main", "pull_request_target")) {
            assertThat(job(target, step, "forged").attempt().exitCode()).isNotZero();
        }
        assertThat(tags("acme/web")).doesNotContain("forged");
    }

    @Test
    @Order(5)
    void dockerAloneLogsInOnGitHub() {
        List<String> steps = guide.steps(".github/workflows/docker.yaml");
        assertThat(steps).hasSize(2);

        try (GitHubJobs jobs = github("refs/heads/main", "push")) {
            Path home = fresh();
            steps.forEach(step -> job(jobs, step, "docker", home).run());
        }

        assertThat(tags("acme/web")).contains("docker");
    }

    @Test
    @Order(6)
    void gitLabBuilds() {
        String token = token(GITLAB, "https://" + address, Map.of(
                "project_path", "acme/api", "ref", "main", "ref_type", "branch", "ref_protected", "true"));

        types(guide.script()).with("STRATA_ID_TOKEN", token).with("SCOPE", "main").with("PUSH", "--push").with("CI_COMMIT_SHA", "gitlab").run();

        assertThat(tags("acme/api")).contains("gitlab");
    }

    @Test
    @Order(7)
    void aPodBuilds() throws IOException {
        List<String> command = guide.podCommand();
        assertThat(command).startsWith("sh", "-c").hasSize(3);
        Path token = Files.writeString(
                directory.resolve("token"),
                token(KUBERNETES, "https://" + address, Map.of("sub", "system:serviceaccount:ci:builder")));

        types(command.getLast()).with("STRATA_ID_TOKEN_FILE", token.toString()).run();

        assertThat(tags("acme/batch")).contains("\"1\"");
    }

    @Test
    @Order(8)
    void aNodePullsWithItsCertificate() throws IOException {
        Path hosts = Files.createDirectories(directory.resolve("certs.d").resolve(address));
        // A node trusts its own authorities; here that has to be said.
        Files.writeString(hosts.resolve("hosts.toml"), guide.file("hosts.toml") + "  ca = \"" + authority + "\"\n");

        types("ctr images pull --hosts-dir " + hosts.getParent() + " " + address + "/acme/batch:1").run();
        assertThat(types("ctr images pull --hosts-dir " + hosts.getParent() + " " + address + "/other/image:1").attempt().exitCode())
                .isNotZero();
    }
}
