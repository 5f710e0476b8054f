package dev.strata.agent.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.policy.TestPolicy;
import dev.strata.access.workloads.TestIssuer;
import dev.strata.agent.connection.IssuerLogin;
import dev.strata.agent.login.Logins;
import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The command line logs in at an issuer with the user's browser, and out again. */
@RegistryTest
@Import(TestPolicy.class)
class BrowserLoginTest {

    private static final TestIssuer ISSUER = new TestIssuer();
    private static final Pattern ADDRESS = Pattern.compile("^  (http\\S+)$", Pattern.MULTILINE);

    @DynamicPropertySource
    static void login(DynamicPropertyRegistry settings) {
        settings.add("strata.access.admin-password", () -> "the first secret");
        settings.add("strata.access.issuers[0].issuer", ISSUER::issuer);
        settings.add("strata.access.issuers[0].name", () -> "corp");
        settings.add("strata.access.issuers[0].client-id", () -> "command-line");
        settings.add("strata.access.issuers[0].groups-claim", () -> "groups");
    }

    @Autowired
    RegistryClient registry;

    @Autowired
    TestPolicy policy;

    @TempDir
    Path home;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @BeforeEach
    void begin() {
        ISSUER.reset();
        ISSUER.setPerson(token -> token.subject("ann").claim("groups", List.of("weavers")));
        policy.become("grants: [{who: 'group:weavers', on: loom/**, may: [pull, push]}]");
    }

    private String name() {
        return "127.0.0.1:" + registry.port();
    }

    private int strata(String input, String... words) {
        Surroundings real = Surroundings.real();
        Surroundings own = new Surroundings(
                real.commands(),
                real.builders(),
                real.limits(),
                Logins.of(
                        Map.of("DOCKER_CONFIG", home.toString()),
                        helper -> home.resolve(helper).toString(),
                        Duration.ofMinutes(1)),
                new ByteArrayInputStream(input.getBytes(UTF_8)),
                real.clock(),
                real.random());
        return Agent.run(new PrintStream(printed, true, UTF_8), own, words);
    }

    /** Begins a login, and says where the issuer would send the user's browser back to. */
    private String answerTo(CompletableFuture<Integer> login) {
        Awaitility.await().until(
                () -> login.isDone() || ADDRESS.matcher(printed.toString(UTF_8)).find());
        Matcher address = ADDRESS.matcher(printed.toString(UTF_8));
        assertThat(address.find()).as(printed.toString(UTF_8)).isTrue();
        assertThat(address.group(1)).contains("code_challenge_method=S256", "redirect_uri=http%3A%2F%2F127.0.0.1%3A");
        return registry.get(address.group(1)).location();
    }

    private CompletableFuture<Integer> begin(String... words) {
        return CompletableFuture.supplyAsync(() -> strata("", words));
    }

    private int logIn(String... words) {
        CompletableFuture<Integer> login = begin(words);
        Answer page = registry.get(answerTo(login));
        assertThat(page).hasStatus(200);
        assertThat(page.text()).contains("close this window");
        return login.join();
    }

    private String configuration() throws IOException {
        return Files.readString(home.resolve("config.json"));
    }

    private Answer refreshed(String token) {
        return registry.post(
                "/auth/token",
                ("grant_type=refresh_token&scope=repository:loom/web:push&refresh_token=" + token).getBytes(UTF_8),
                "Content-Type", "application/x-www-form-urlencoded");
    }

    private String kept() throws IOException {
        Matcher token = Pattern.compile("strata_refresh_[0-9A-Za-z]+").matcher(configuration());
        assertThat(token.find()).isTrue();
        return token.group();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--oidc", "--issuer=corp", "--"})
    void whoLogsInWithABrowserKeepsATokenOfTheRegistry(String option) throws IOException {
        assertThat(logIn("login", option, name())).isZero();
        assertThat(printed.toString(UTF_8)).contains("Logged in to " + name() + " as corp/ann.");
        Answer answer = refreshed(kept());
        String[] token = {"Authorization", "Bearer " + answer.json().path("access_token").stringValue()};
        assertThat(registry.post("/v2/loom/web/blobs/uploads/", token)).hasStatus(202);
        assertThat(configuration()).doesNotContain("eyJ");
    }

    @Test
    void whoLogsOutHasNothingLeftAnywhere() throws IOException {
        assertThat(logIn("login", "--oidc", name())).isZero();
        String token = kept();
        assertThat(strata("", "logout", name())).isZero();
        assertThat(configuration()).doesNotContain("strata_refresh_", name());
        assertThat(refreshed(token)).hasStatus(401);
        assertThat(strata("", "logout", name())).isZero();
        assertThat(printed.toString(UTF_8)).contains("Nobody is logged in to " + name());
    }

    @Test
    void aPasswordsLoginIsTakenBackToo() throws IOException {
        assertThat(strata("the first secret", "login", "-u", "admin", "--password-stdin", name())).isZero();
        String token = kept();
        assertThat(refreshed(token)).hasStatus(200);
        assertThat(strata("", "logout", name())).isZero();
        assertThat(refreshed(token)).hasStatus(401);
    }

    /** A helper as docker has them, which keeps one login in a file. */
    @Test
    void aHelperForgetsToo() throws IOException {
        Path helper = Files.writeString(home.resolve("docker-credential-test"), """
                #!/bin/sh
                kept="%1$s/kept"
                case "$1" in
                  store) cat > "$kept" ;;
                  get) if [ -f "$kept" ]; then cat "$kept"; else echo "credentials not found in native keychain"; exit 1; fi ;;
                  erase) rm -f "$kept" ;;
                esac
                """.formatted(home));
        Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(home.resolve("config.json"), "{\"credsStore\":\"test\"}");
        assertThat(logIn("login", "--oidc", name())).isZero();
        assertThat(configuration()).doesNotContain("strata_refresh_");
        assertThat(home.resolve("kept")).content().contains("strata_refresh_", "<token>");
        assertThat(strata("", "logout", name())).isZero();
        assertThat(home.resolve("kept")).doesNotExist();
    }

    @Test
    void whatTheRegistryCannotBeToldIsSaid() throws IOException {
        Files.writeString(
                home.resolve("config.json"),
                "{\"auths\":{\"127.0.0.1:1\":{\"auth\":\"YTo=\",\"identitytoken\":\"strata_refresh_x\"}},\"x\":1}");
        assertThat(strata("", "logout", "127.0.0.1:1")).isEqualTo(3);
        assertThat(configuration()).doesNotContain("strata_refresh_").contains("\"x\"");
    }

    /** Other programs of this machine, and pages in the browser, can ask for the same address. */
    @Test
    void whatIsNoAnswerChangesNothing() {
        CompletableFuture<Integer> login = begin("login", "--oidc", name());
        String answer = answerTo(login);
        String callback = answer.substring(0, answer.indexOf('?'));
        assertThat(registry.get(callback)).hasStatus(404);
        assertThat(registry.get(callback + "?code=x&state=x")).hasStatus(404);
        assertThat(registry.get(callback + "?error=access_denied")).hasStatus(404);
        assertThat(registry.post(answer)).hasStatus(404);
        assertThat(login).isNotDone();
        assertThat(registry.get(answer)).hasStatus(200);
        assertThat(login.join()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"another code", "another issuer", "no issuer", "another login", "an error"})
    void whatIsNotGoodIsNoLogin(String what) {
        if (what.equals("another login")) {
            ISSUER.setPerson(token -> token.subject("ann").claim("nonce", "another"));
        }
        CompletableFuture<Integer> login = begin("login", "--oidc", name());
        String answer = answerTo(login);
        registry.get(
                switch (what) {
                    case "another code" -> answer.replaceFirst("code=[^&]*", "code=x");
                    case "another issuer" -> answer.replaceFirst("iss=[^&]*", "iss=https%3A%2F%2Fevil.example");
                    case "no issuer" -> answer.replaceFirst("&iss=[^&]*", "");
                    case "an error" -> answer.replaceFirst("code=[^&]*", "error=access_denied");
                    default -> answer;
                });
        assertThat(login.join()).isEqualTo(2);
        assertThat(home.resolve("config.json")).doesNotExist();
    }

    @Test
    void whoIsNotLetInIsTold() {
        ISSUER.setPerson(token -> token.subject("not a name"));
        assertThat(logIn("login", "--oidc", name())).isEqualTo(3);
        assertThat(home.resolve("config.json")).doesNotExist();
    }

    @Test
    void anIssuerThatIsNotOfferedIsNotAsked() {
        assertThat(strata("", "login", "--issuer", "none", name())).isEqualTo(2);
        assertThat(printed.toString(UTF_8)).doesNotContain("authorize");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            Linux    | -               | -
            Linux    | DISPLAY         | xdg-open
            Linux    | WAYLAND_DISPLAY | xdg-open
            Mac OS X | -               | open
            Mac OS X | SSH_CONNECTION  | -
            """)
    void aBrowserIsOpenedWhereSomebodySitsBeforeAScreen(
            String system, @Nullable String variable, @Nullable String program) {
        Map<String, String> environment = variable == null ? Map.of() : Map.of(variable, ":0");
        assertThat(IssuerLogin.opener(environment, system)).isEqualTo(Optional.ofNullable(program));
    }
}
