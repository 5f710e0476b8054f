package dev.strata.access.signin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.accounts.Accounts;
import dev.strata.access.accounts.Passwords;
import dev.strata.access.policy.TestPolicy;
import dev.strata.problem.ErrorCode;
import dev.strata.storage.directory.DataDirectory;
import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import dev.strata.upkeep.commands.Given;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;

/** People log in on the page, and their browser shows who they are from then on. */
@RegistryTest
@Import(TestPolicy.class)
@TestPropertySource(properties = {"strata.access.admin-password=the first secret", "strata.access.login=true"})
class SessionTest {

    private static final String SESSION = "/api/access/session";
    private static final String[] OWN_PAGE = {"Sec-Fetch-Site", "same-origin"};

    @Autowired
    RegistryClient registry;

    @Autowired
    DataDirectory directory;

    @Autowired
    TestPolicy policy;

    @Autowired
    Accounts accounts;

    @Autowired
    Passwords passwords;

    @BeforeEach
    void grant() {
        policy.become("grants: [{who: 'account:web-*', on: session/**, may: [pull, push, maintain]}]");
    }

    private void account(String name) {
        if (accounts.find(name).isEmpty()) {
            accounts.create(name, passwords.hash(name + "'s secret"), false, Set.of("weavers"));
        }
    }

    private Answer logIn(String name, String password, String... headers) {
        String body = "{\"name\":\"%s\",\"password\":\"%s\"}".formatted(name, password);
        return registry.post(SESSION, body.getBytes(UTF_8), with(headers, "Content-Type", "application/json"));
    }

    private static String[] with(String[] headers, String... more) {
        return Stream.concat(Stream.of(headers), Stream.of(more)).toArray(String[]::new);
    }

    /** @return the header by which a browser shows that somebody logged in */
    private String[] browserOf(String name) {
        account(name);
        Answer answer = logIn(name, name + "'s secret");
        assertThat(answer).isJson(201);
        return new String[] {"Cookie", answer.header("Set-Cookie").split(";")[0]};
    }

    private String nameOf(String[] browser) {
        return registry.get(SESSION, browser).json().path("caller").path("name").asString("");
    }

    @Test
    void whoLogsInIsKnownFromThenOn() {
        String[] browser = browserOf("web-ann");
        Answer answer = registry.get(SESSION, browser);
        assertThat(answer).isJson(200);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        var caller = answer.json().path("caller");
        assertThat(caller.path("kind").stringValue()).isEqualTo("account");
        assertThat(caller.path("name").stringValue()).isEqualTo("web-ann");
        assertThat(caller.path("groups").path(0).stringValue()).isEqualTo("weavers");
        assertThat(caller.path("by").stringValue()).isEqualTo("session");
        assertThat(caller.path("administrator").booleanValue()).isFalse();
        assertThat(caller.path("maintains").booleanValue()).isTrue();
        assertThat(caller.path("expires_at").stringValue()).isNotEmpty();
        assertThat(registry.get("/api/access/robots", browser)).isJson(200);
        assertThat(registry.get("/api/access/accounts", browser)).isError(403, ErrorCode.DENIED);
    }

    private Answer changePassword(String old, String wanted, String... headers) {
        String body = "{\"old\":\"%s\",\"new\":\"%s\"}".formatted(old, wanted);
        return registry.put("/api/access/me/password", body.getBytes(UTF_8), with(headers, "Content-Type", "application/json"));
    }

    @Test
    void whoeverChangesTheirPasswordEndsAllThatWasGivenForIt() {
        String[] browser = browserOf("web-changer");
        String[] other = browserOf("web-changer");
        String old = "web-changer's secret";
        String refresh = registry.get(
                        "/auth/token?offline_token=true&service=strata", "Authorization", SignInTest.basic("web-changer", old))
                .json().path("refresh_token").stringValue();

        Answer changed = changePassword(old, "another secret", with(browser, OWN_PAGE));

        assertThat(changed).hasStatus(204);
        assertThat(changed.header("Set-Cookie")).contains("Max-Age=0");
        assertThat(nameOf(browser)).isEmpty();
        assertThat(nameOf(other)).isEmpty();
        String form = "grant_type=refresh_token&refresh_token=" + refresh;
        assertThat(registry.post("/auth/token", form.getBytes(UTF_8), "Content-Type", "application/x-www-form-urlencoded"))
                .hasStatus(401);
        Awaitility.await().untilAsserted(() ->
                assertThat(registry.get("/v2/", "Authorization", SignInTest.basic("web-changer", old))).hasStatus(401));
        assertThat(logIn("web-changer", "another secret")).hasStatus(201);
        Awaitility.await().untilAsserted(() -> assertThat(registry.get(
                                "/api/access/audit?what=PASSWORD_CHANGED",
                                "Authorization", SignInTest.basic("admin", "the first secret"))
                        .json().path("events").path(0).path("subject").asString(""))
                .isEqualTo("web-changer"));
    }

    @Test
    void aPasswordIsChangedByWhoeverKnowsItOnly() {
        String[] browser = with(browserOf("web-careful"), OWN_PAGE);
        assertThat(changePassword("a guess at it", "another secret")).isError(401, ErrorCode.UNAUTHORIZED);
        assertThat(changePassword("a guess at it", "another secret", browser)).isError(403, ErrorCode.DENIED, "field", "old");
        assertThat(changePassword("web-careful's secret", "short", browser)).isError(400, ErrorCode.UNSUPPORTED, "field", "new");
        assertThat(changePassword("web-careful's secret", "x".repeat(73), browser)).hasStatus(400);
        String[] foreign = with(browserOf("web-careful"), "Sec-Fetch-Site", "cross-site");
        assertThat(changePassword("web-careful's secret", "another secret", foreign)).isError(403, ErrorCode.DENIED);
        String secret = robotOf("web-careful");
        String[] robot = {"Authorization", SignInTest.basic("web-careful-robot", secret)};
        assertThat(changePassword(secret, "another secret", robot)).hasStatus(405);
        assertThat(changePassword(secret, "another secret", browser)).isError(403, ErrorCode.DENIED);
        assertThat(logIn("web-careful", "web-careful's secret")).hasStatus(201);
        assertThat(nameOf(browser)).isEqualTo("web-careful");
    }

    /** @return the secret of a robot that somebody made */
    private String robotOf(String maker) {
        String[] owner = {"Authorization", SignInTest.basic(maker, maker + "'s secret"), "Content-Type", "application/json"};
        String wish = "{\"name\":\"%s-robot\",\"repositories\":[\"session/**\"],\"actions\":[\"pull\"]}".formatted(maker);
        return registry.post("/api/access/robots", wish.getBytes(UTF_8), owner).json().path("secret").stringValue();
    }

    /** Whoever has a session of somebody else does not find out their password with it. */
    @Test
    void guessesAtTheOldPasswordAreSlowedDown() {
        String[] browser = with(browserOf("web-guessed"), OWN_PAGE);
        for (int guess = 0; guess < 10; guess++) {
            assertThat(changePassword("guess number " + guess, "another secret", browser)).hasStatus(403);
        }
        assertThat(changePassword("guess number 11", "another secret", browser))
                .hasStatus(429).hasHeader("Retry-After", "1");
    }

    @Test
    void whoShowsNothingIsToldHowToLogIn() {
        Answer answer = registry.get(SESSION);
        assertThat(answer.json().toString()).isEqualTo("{\"login\":true,\"passwords\":true,\"issuers\":[]}");
        assertThat(registry.get(SESSION, "Authorization", SignInTest.basic("admin", "the first secret"))
                        .json().path("caller").path("by").stringValue())
                .isEqualTo("other");
    }

    /** The page that shows the form is there for everybody, and is the same for everybody. */
    @Test
    void thePageLoadsWithoutALogin() {
        Answer page = registry.get("/");
        assertThat(page).hasStatus(200);
        assertThat(registry.get("/", browserOf("web-ann")).text()).isEqualTo(page.text());
        var script = Pattern.compile("src=\"([^\"]+\\.js)\"").matcher(page.text());
        assertThat(script.find()).isTrue();
        assertThat(registry.get(script.group(1))).hasStatus(200);
        assertThat(registry.get("/api/savings/layers")).isError(401, ErrorCode.UNAUTHORIZED);
    }

    @Test
    void noScriptAndNoOtherSitesPageHasTheCookie() {
        account("web-ann");
        String cookie = logIn("web-ann", "web-ann's secret").header("Set-Cookie");
        assertThat(cookie).startsWith("strata-session=").contains("; HttpOnly", "; SameSite=Lax", "; Path=/;");
        assertThat(cookie).doesNotContain("Secure", "Domain");
    }

    @Test
    void overTlsTheCookieStaysThere() {
        account("web-ann");
        String[] https = {"X-Forwarded-Proto", "https"};
        String cookie = logIn("web-ann", "web-ann's secret", https).header("Set-Cookie");
        assertThat(cookie).startsWith("__Host-strata-session=").contains("; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/;");
        String[] browser = {"Cookie", cookie.split(";")[0]};
        assertThat(nameOf(with(browser, https))).isEqualTo("web-ann");
        assertThat(nameOf(browser)).as("on a plain connection").isEmpty();
    }

    @Test
    void registryClientsHaveNoSession() {
        String[] browser = browserOf("web-ann");
        assertThat(registry.get("/v2/", browser)).isError(401, ErrorCode.UNAUTHORIZED);
        assertThat(registry.get("/v2/session/web/tags/list", browser)).isError(401, ErrorCode.UNAUTHORIZED);
        assertThat(registry.post("/v2/session/web/blobs/uploads/", with(browser, OWN_PAGE)))
                .isError(401, ErrorCode.UNAUTHORIZED);
        assertThat(registry.get("/actuator/prometheus", browserOfAdmin())).hasStatus(401);
        Answer token = registry.get("/auth/token?offline_token=true&scope=repository:session/web:pull", browser);
        assertThat(token.json().has("refresh_token")).isFalse();
        assertThat(registry.get(
                        "/v2/session/web/tags/list",
                        "Authorization", "Bearer " + token.json().path("token").stringValue()))
                .hasStatus(401);
        for (String trick : List.of("/api/../v2/", "/api/%2e%2e/v2/", "/api//../v2/", "/api;/v2/", "/api/x/tags/list")) {
            assertThat(registry.get(trick, browser).status()).as(trick).isIn(400, 401, 404);
        }
    }

    private String[] browserOfAdmin() {
        return new String[] {"Cookie", logIn("admin", "the first secret").header("Set-Cookie").split(";")[0]};
    }

    /** What a browser cannot leave out says whose page it was; without it nothing is changed. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Sec-Fetch-Site: same-origin                                            | 400
            Sec-Fetch-Site: same-site                                              | 403
            Sec-Fetch-Site: cross-site                                             | 403
            Sec-Fetch-Site: none                                                   | 403
            Sec-Fetch-Site: cross-site, Origin: OWN                                | 403
            Origin: OWN                                                            | 400
            Origin: null                                                           | 403
            Origin: http://evil.example                                            | 403
            Origin: http://127.0.0.1:1                                             | 403
            Referer: OWN/                                                          | 403
            Content-Type: application/json                                         | 403
            """)
    void onlyTheOwnPageChangesAnything(String headers, int status) {
        String[] said = headers.replace("OWN", registry.origin()).split(", |: ");
        for (String method : List.of("POST", "DELETE")) {
            String path = method.equals("POST") ? "/api/access/grants" : "/api/access/grants/none";
            Answer answer = registry.send(
                    method, path, BodyPublishers.ofString("{}"), with(browserOfAdmin(), said));
            assertThat(answer.status()).isEqualTo(status == 400 && method.equals("DELETE") ? answer.status() : status);
            assertThat(answer.text().contains("DENIED")).isEqualTo(status == 403);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"name":"web-ann","password":"wrong"}         | 401
            {"name":"nobody-here","password":"wrong"}     | 401
            {"name":"web-ann"}                            | 400
            {"name":1,"password":"x"}                     | 401
            {"password":"x"}                              | 400
            []                                            | 400
            {                                             | 400
            """)
    void whoeverDoesNotSayWhoTheyAreHasNoSession(String body, int status) {
        Answer answer = registry.post(SESSION, body.getBytes(UTF_8));
        assertThat(answer).hasStatus(status);
        assertThat(answer.find("Set-Cookie")).isEmpty();
    }

    @Test
    void aRobotHasNoBrowser() {
        String secret = registry.post(
                        "/api/access/robots",
                        "{\"name\":\"web-robot\",\"repositories\":[\"session/**\"],\"actions\":[\"pull\"]}".getBytes(UTF_8),
                        "Authorization", SignInTest.basic("admin", "the first secret"))
                .json().path("secret").asString("strata_robot_x");
        assertThat(logIn("web-robot", secret)).isError(401, ErrorCode.UNAUTHORIZED);
    }

    @Test
    void whoGuessesIsSlowedDown() {
        account("web-slow");
        Answer answer = logIn("web-slow", "guess 0");
        for (int i = 1; answer.status() == 401 && i < 100; i++) {
            answer = logIn("web-slow", "guess " + i);
        }
        assertThat(answer).isError(429, ErrorCode.TOOMANYREQUESTS);
        assertThat(answer.find("Retry-After")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"logout", "password", "deletion", "revocation"})
    void aSessionEndsBy(String why) {
        String name = "web-" + why;
        String[] browser = browserOf(name);
        String[] other = browserOf(name);
        assertThat(nameOf(browser)).isEqualTo(name);
        String[] admin = {"Authorization", SignInTest.basic("admin", "the first secret")};
        switch (why) {
            case "logout" -> {
                Answer out = registry.delete(SESSION, with(browser, OWN_PAGE));
                assertThat(out).hasStatus(204);
                assertThat(out.header("Set-Cookie")).startsWith("strata-session=;").contains("Max-Age=0");
            }
            case "password" -> accounts.change(
                    name, Optional.of(passwords.hash("something else")), Optional.empty(), Optional.empty());
            case "deletion" -> assertThat(registry.delete("/api/access/accounts/" + name, admin)).hasStatus(204);
            default -> assertThat(registry.delete("/api/access/accounts/" + name + "/tokens", admin)).hasStatus(200);
        }
        Awaitility.await().untilAsserted(() -> {
            assertThat(nameOf(browser)).isEmpty();
            assertThat(nameOf(other)).isEqualTo(why.equals("logout") ? name : "");
        });
        assertThat(registry.get("/api/access/robots", browser)).isError(401, ErrorCode.UNAUTHORIZED);
    }

    @Test
    void aValueThatSomebodyElseGaveIsNotTakenOn() {
        account("web-ann");
        String planted = "strata-session=" + "A".repeat(43);
        Answer answer = logIn("web-ann", "web-ann's secret", "Cookie", planted);
        assertThat(answer.header("Set-Cookie")).doesNotContain("AAAA");
        assertThat(nameOf(new String[] {"Cookie", planted})).isEmpty();
        String[] before = browserOf("web-ann");
        String[] after = {"Cookie", logIn("web-ann", "web-ann's secret", with(before, OWN_PAGE)).header("Set-Cookie").split(";")[0]};
        assertThat(nameOf(before)).as("whoever logs in anew has no use for it").isEmpty();
        assertThat(nameOf(after)).isEqualTo("web-ann");
    }

    /** Whoever has the data directory needs no login. */
    @Test
    void aCommandIsNotedAsThatOfTheSystemsUser() {
        assertThat(Given.command(directory, "check", "--no-such-option").code()).isNotZero();
        Awaitility.await().untilAsserted(() -> {
            var event = registry.get(
                            "/api/access/audit?what=COMMAND", "Authorization", SignInTest.basic("admin", "the first secret"))
                    .json()
                    .path("events")
                    .path(0);
            assertThat(event.path("who").asString("")).isEqualTo("directory:" + System.getProperty("user.name"));
            assertThat(event.path("subject").asString("")).isEqualTo("check");
            assertThat(event.at("/detail/command").asString("")).isEqualTo("check --no-such-option");
        });
    }

    @Test
    void loginsAndLogoutsAreNoted() {
        String[] browser = browserOf("web-noted");
        logIn("web-noted", "wrong");
        registry.delete(SESSION, with(browser, OWN_PAGE));
        Awaitility.await().untilAsserted(() -> {
            String events = registry.get(
                            "/api/access/audit?subject=web-noted",
                            "Authorization", SignInTest.basic("admin", "the first secret"))
                    .text();
            assertThat(events.split("\"LOGIN\"")).hasSize(2);
            assertThat(events.split("\"LOGIN_FAILED\"")).hasSize(2);
            assertThat(events.split("\"LOGOUT\"")).hasSize(2);
        });
    }
}
