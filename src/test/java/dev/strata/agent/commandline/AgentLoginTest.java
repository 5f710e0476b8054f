package dev.strata.agent.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.policy.TestPolicy;
import dev.strata.access.workloads.TestIssuer;
import dev.strata.agent.connection.Http;
import dev.strata.agent.login.Logins;
import dev.strata.oci.MediaType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** The command line against a registry that wants to know who one is. */
@Import(TestPolicy.class)
class AgentLoginTest extends AgentTestCase {

    private static final TestIssuer ISSUER = new TestIssuer();
    private static final String AUDIENCE = "https://registry.example";
    private static final String ADMINISTRATOR = "the first secret";
    private static final String SECRET = "ann's own secret";

    /** For the tests' own preparations. */
    private static final String OPEN = """
            grants:
              - {who: anonymous, on: "**", may: [pull, push, cache], cache: "**"}
            """;

    private static final String RULES = """
            grants:
              - {who: ["account:ann", "robot:agent"], on: "agent/**", may: [pull, push, delete, cache], cache: "**"}
              - {who: "account:reader", on: "agent/**", may: pull}
              - {who: "account:pusher", on: "agent/**", may: [pull, push]}
              - who: {issuer: "%s", claims: {repository: acme/web}}
                on: agent/**
                may: [pull, push, delete, cache]
                cache: "**"
            """;

    @DynamicPropertySource
    static void login(DynamicPropertyRegistry settings) {
        settings.add("strata.access.admin-password", () -> ADMINISTRATOR);
        settings.add("strata.access.issuers[0].issuer", ISSUER::issuer);
        settings.add("strata.access.issuers[0].audience", () -> AUDIENCE);
    }

    private static boolean areAccountsMade;

    @Autowired
    TestPolicy policy;

    @TempDir
    Path home;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private BuilderThatMayDoAnything builder;

    @BeforeEach
    @Override
    void pushBase(TestInfo test) throws IOException {
        policy.become(OPEN);
        super.pushBase(test);
        if (!areAccountsMade) { // hashing passwords takes time
            for (String name : List.of("ann", "reader", "pusher")) {
                admin("/api/access/accounts", "{\"name\":\"%s\",\"password\":\"%s\"}".formatted(name, SECRET));
            }
            areAccountsMade = true;
        }
        policy.become(rules());
        builder = new BuilderThatMayDoAnything(
                new ScriptedBuilder(registry), () -> policy.become(OPEN), () -> policy.become(rules()));
    }

    private static String rules() {
        return RULES.formatted(ISSUER.issuer());
    }

    private JsonNode admin(String path, String body) {
        String[] administrator = {"Authorization", "Basic " + base64("admin:" + ADMINISTRATOR), "Content-Type", "application/json"};
        return registry.post(path, body.getBytes(UTF_8), administrator).json();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private Surroundings surroundings(Map<String, String> environment, String input) {
        Surroundings real = Surroundings.real();
        return new Surroundings(
                real.commands(),
                (options, commands) -> builder,
                real.limits(),
                Logins.of(environment, name -> home.resolve(name).toString(), Duration.ofMinutes(1)),
                new ByteArrayInputStream(input.getBytes(UTF_8)),
                real.clock(),
                real.random());
    }

    private int strata(Map<String, String> environment, String input, String... words) {
        printed.reset();
        return Agent.run(new PrintStream(printed, true, UTF_8), surroundings(environment, input), words);
    }

    private Said run(Map<String, String> environment, String command, String... options) {
        List<String> words = new ArrayList<>(List.of(command, "--progress", "json", "--platform", "linux/amd64"));
        words.addAll(List.of("-t", image("new")));
        words.addAll(List.of(options));
        words.add(context.toString());
        int exitCode = strata(environment, "", words.toArray(String[]::new));
        return new Said(exitCode, printed.toString(UTF_8).lines().map(Http.JSON::readTree).toList());
    }

    private Map<String, String> docker(String configuration) throws IOException {
        Files.writeString(home.resolve("config.json"), configuration.replace("REGISTRY", name()));
        return Map.of("DOCKER_CONFIG", home.toString());
    }

    private Map<String, String> account(String name, String password) throws IOException {
        return docker("{\"auths\":{\"REGISTRY\":{\"auth\":\"" + base64(name + ":" + password) + "\"}}}");
    }

    private String name() {
        return "127.0.0.1:" + registry.port();
    }

    private static String idToken(String repository) {
        return ISSUER.sign(ISSUER.claims(AUDIENCE).claim("repository", repository).build());
    }

    private Map<String, String> environment(String who) throws IOException {
        return switch (who) {
            case "an account" -> account("ann", SECRET);
            case "an account by a helper" -> {
                Path helper = Files.writeString(
                        home.resolve("docker-credential-test"),
                        "#!/bin/sh\necho '{\"Username\":\"ann\",\"Secret\":\"" + SECRET.replace("'", "'\\''") + "\"}'\n");
                Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
                yield docker("{\"credsStore\":\"test\"}");
            }
            case "an account that logged in here" -> {
                Map<String, String> environment = Map.of("DOCKER_CONFIG", home.toString());
                assertThat(strata(environment, SECRET + "\n", "login", "-u", "ann", "--password-stdin", name())).isZero();
                yield environment;
            }
            case "a robot" -> {
                admin("/api/access/robots", "{\"name\":\"agent\",\"repositories\":[\"agent/**\"],\"actions\":[\"pull\"]}");
                JsonNode made = admin("/api/access/robots/agent/secrets", "{}");
                yield Map.of("HOME", home.toString(), "STRATA_TOKEN", made.path("secret").asString(""));
            }
            case "a workload" -> Map.of("HOME", home.toString(), "STRATA_ID_TOKEN", idToken("acme/web"));
            default -> Map.of(
                    "HOME", home.toString(),
                    "STRATA_ID_TOKEN_FILE", Files.writeString(home.resolve("token"), idToken("acme/web") + "\n").toString());
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "an account",
                "an account by a helper",
                "an account that logged in here",
                "a robot",
                "a workload",
                "a workload by a file"
            })
    void whoMayDoSoBuildsAndFillsTheCache(String who) throws IOException {
        repository += "/" + who.replace(' ', '-');
        policy.become(OPEN);
        moveBase();
        policy.become(rules());
        Map<String, String> environment = environment(who);

        Said built = run(environment, "build");

        assertThat(built.exitCode()).as(built.events().toString()).isZero();
        assertThat(built.events()).noneMatch(event -> event.path("event").asString("").equals("note"));
        assertThat(built.events().getLast().path("run").asInt(0)).isEqualTo(2);
        Said plan = run(environment, "plan");
        assertThat(plan.statuses()).containsExactly("no_layer", "hit", "no_layer", "hit", "no_layer");
        Said again = run(environment, "build");
        assertThat(again.events().getLast().path("hits").asInt(0)).isEqualTo(2);
        assertThat(again.exitCode()).isZero();
        policy.become(OPEN);
        assertThat(registry.get("/v2/" + repository + "/tags/list").json().path("tags").toString())
                .isEqualTo("[\"base\",\"new\"]"); // what the builder handed over is deleted
    }

    /** Each of the cases has a repository of its own, and the base in it. */
    private void moveBase() {
        byte[] manifest = registry.getManifest(repository.substring(0, repository.lastIndexOf('/')), "base").body();
        JsonNode json = Http.JSON.readTree(manifest);
        String from = repository.substring(0, repository.lastIndexOf('/'));
        for (String digest : json.findValuesAsString("digest")) {
            assertThat(registry.post("/v2/" + repository + "/blobs/uploads/?mount=" + digest + "&from=" + from)).hasStatus(201);
        }
        assertThat(registry.putManifest(
                        repository,
                        "base",
                        MediaType.of(json.path("mediaType").asString("")),
                        manifest))
                .hasStatus(201);
    }

    @Test
    void theBuilderIsHandedALoginThatOutlivesThePlatformsToken() throws IOException {
        String configuration = "{\"auths\":{\"other.example\":{\"auth\":\"dTpw\"}}}";
        Map<String, String> environment = new HashMap<>(docker(configuration));
        environment.put("STRATA_ID_TOKEN", idToken("acme/web"));

        Said built = run(environment, "build");

        assertThat(built.exitCode()).as(built.events().toString()).isZero();
        assertThat(builder.finds()).hasSize(2).allSatisfy(found -> {
            assertThat(found.path("auths").propertyNames()).containsExactly("other.example", name());
            String login = found.path("auths").path(name()).path("identitytoken").asString("");
            assertThat(registry.post(
                            "/auth/token",
                            ("grant_type=refresh_token&refresh_token=" + login).getBytes(UTF_8),
                            "Content-Type",
                            "application/x-www-form-urlencoded"))
                    .hasStatus(200);
        });
        assertThat(builder.handed().values()).allSatisfy(place -> assertThat(Path.of(place)).doesNotExist());
        assertThat(home.resolve("config.json")).hasContent(configuration);
    }

    @Test
    void theBuilderIsHandedARobotsSecretAsAPassword() throws IOException {
        run(environment("a robot"), "build");

        assertThat(new String(Base64.getDecoder().decode(builder.finds().getFirst().path("auths").path(name()).path("auth").asString("")), UTF_8))
                .startsWith("strata:strata_robot_");
    }

    @Test
    void theBuilderIsHandedNothingThatItFindsByItself() throws IOException {
        run(account("ann", SECRET), "build");

        assertThat(builder.handed()).isEmpty();
    }

    @Test
    void whoMayNotWriteTheCacheBuildsAsUsualAndIsToldOnce() throws IOException {
        write("Dockerfile", """
                FROM %1$s AS first
                RUN one
                FROM first
                RUN two
                """.formatted(image("base")));

        Said built = run(account("pusher", SECRET), "build");

        assertThat(built.exitCode()).as(built.events().toString()).isZero();
        assertThat(built.events().getLast().path("event").asString("")).isEqualTo("finished");
        assertThat(built.events().stream().filter(event -> event.path("event").asString("").equals("note")))
                .singleElement()
                .satisfies(note -> assertThat(note.toString()).contains("not stored in the cache", "403"));
    }

    @Test
    void aWrongPasswordIsSaidWithWhatToDo() throws IOException {
        Map<String, String> wrong = account("ann", "another secret");

        Said plan = run(wrong, "plan");

        assertThat(plan.exitCode()).isEqualTo(3);
        assertThat(plan.events().getLast().path("message").asString(""))
                .isEqualTo(name() + " refuses the name or the password of ann from " + home.resolve("config.json")
                        + "; log in again with: strata login " + name());
        Said built = run(wrong, "build"); // the builder has its own login
        assertThat(built.exitCode()).isZero();
        assertThat(built.events().stream().filter(event -> event.path("event").asString("").equals("note")).findFirst())
                .hasValueSatisfying(note -> assertThat(note.toString())
                        .contains("refuses the name or the password", "built as usual"));
    }

    @Test
    void whoShowsNothingIsToldToLogIn() {
        Said plan = run(Map.of("HOME", home.toString()), "plan");

        assertThat(plan.exitCode()).isEqualTo(3);
        assertThat(plan.events().getLast().path("message").asString("")).contains("401", "strata login " + name());
    }

    @Test
    void aTokenThatIsNotTrustedIsSaidWithWhatToDo() {
        String other = ISSUER.sign(ISSUER.claims("another service").build());

        assertThat(run(Map.of("HOME", home.toString(), "STRATA_ID_TOKEN", other), "plan").events().getLast().toString())
                .contains("refuses the ID token from STRATA_ID_TOKEN")
                .doesNotContain(other);
        assertThat(run(Map.of("HOME", home.toString(), "STRATA_TOKEN", "n0t-one"), "plan").events().getLast().toString())
                .contains("refuses the token from STRATA_TOKEN")
                .doesNotContain("n0t-one");
    }

    @Test
    void aLoginIsKeptWithoutThePassword() throws IOException {
        Map<String, String> environment = environment("an account that logged in here");

        assertThat(printed.toString(UTF_8)).contains("Logged in to " + name() + " as ann").doesNotContain(SECRET);
        assertThat(Files.readString(home.resolve("config.json")))
                .contains("identitytoken")
                .doesNotContain(SECRET, base64("ann:" + SECRET));
        assertThat(run(environment, "plan").exitCode()).isZero();
    }

    @Test
    void aWrongPasswordIsNotKept() {
        int exitCode = strata(
                Map.of("DOCKER_CONFIG", home.toString()), "another secret", "login", "-u", "ann", "--password-stdin", name());

        assertThat(exitCode).isEqualTo(3);
        assertThat(home.resolve("config.json")).doesNotExist();
    }

    @Test
    void administratorsAskWhoMayDoWhat() throws IOException {
        String[] question = {
            "access", "explain", "--registry", name(), "--as", "account:reader", "--on", "agent/x", "--may", "push"
        };

        assertThat(strata(account("admin", ADMINISTRATOR), "", question)).isEqualTo(1);
        assertThat(printed.toString(UTF_8)).startsWith("no: ");
        assertThat(strata(account("reader", SECRET), "", question)).isEqualTo(3);
    }

    @Test
    void aRegistryElsewhereIsNotAskedWithoutTls() {
        assertThat(strata(
                        Map.of("STRATA_TOKEN", "s3cret"), "", "access", "explain", "--registry", "http://registry.example",
                        "--as", "account:reader", "--on", "agent/x", "--may", "push"))
                .isEqualTo(2);
        assertThat(strata(Map.of(), "p", "login", "-u", "ann", "--password-stdin", "http://registry.example")).isEqualTo(2);
    }
}
