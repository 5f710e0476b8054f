package dev.strata.access.signin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.accounts.Accounts;
import dev.strata.access.accounts.Passwords;
import dev.strata.access.policy.TestPolicy;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** What clients send when they sign in, one after the other, and what they need to be answered. */
@RegistryTest
@Import(TestPolicy.class)
@TestPropertySource(properties = {"strata.access.admin-password=the first secret", "strata.access.login=true"})
class SignInTest {

    private static final String ADMIN = basic("admin", "the first secret");

    @Autowired
    RegistryClient registry;

    @Autowired
    TestPolicy policy;

    @Autowired
    Accounts accounts;

    @Autowired
    Passwords passwords;

    @BeforeEach
    void grant() {
        policy.become("""
                grants:
                  - {who: "account:ann", on: team/**, may: [pull, push]}
                  - {who: "account:ben", on: team/**, may: pull}
                  - {who: "account:ben", on: cached/**, may: [pull, cache], cache: main}
                  - {who: anonymous, on: public/**, may: pull}
                """);
        for (String name : List.of("ann", "ben")) {
            if (accounts.find(name).isEmpty()) {
                accounts.create(name, passwords.hash(name + "'s secret"), false, Set.of());
            }
        }
    }

    static String basic(String name, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(UTF_8));
    }

    private static String form(String... pairs) {
        StringBuilder form = new StringBuilder();
        for (int i = 0; i < pairs.length; i += 2) {
            form.append(i == 0 ? "" : "&").append(pairs[i]).append('=').append(URLEncoder.encode(pairs[i + 1], UTF_8));
        }
        return form.toString();
    }

    private Answer post(String... pairs) {
        return registry.post(
                "/auth/token", form(pairs).getBytes(UTF_8), "Content-Type", "application/x-www-form-urlencoded");
    }

    private static String token(Answer answer) {
        assertThat(answer).isJson(200);
        JsonNode json = answer.json();
        assertThat(json.path("token").stringValue()).isEqualTo(json.path("access_token").stringValue());
        assertThat(json.path("expires_in").intValue()).isGreaterThanOrEqualTo(60);
        assertThat(json.has("issued_at")).isFalse();
        return json.path("token").stringValue();
    }

    private String tokenOf(String name, String scope) {
        return token(registry.get("/auth/token?service=strata&scope=" + scope, "Authorization", basic(name, name + "'s secret")));
    }

    private static String[] bearer(String token) {
        return new String[] {"Authorization", "Bearer " + token};
    }

    @Test
    void whoShowsNothingIsLedToTheTokensOnTheHostByWhichItCame() {
        Answer answer = registry.get("/v2/", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "registry.example");
        assertThat(answer).isError(401, ErrorCode.UNAUTHORIZED);
        assertThat(answer).hasHeaders("WWW-Authenticate", List.of(
                "Bearer realm=\"https://registry.example/auth/token\",service=\"strata\""));
        assertThat(registry.get("/v2/").header("WWW-Authenticate")).contains("realm=\"http://127.0.0.1:");
    }

    @Test
    void aChallengeLeadsToATokenThatServes() {
        registry.post("/v2/team/web/blobs/uploads/", "Authorization", ADMIN);
        Answer refused = registry.post("/v2/team/web/blobs/uploads/");
        assertThat(refused).hasStatus(401);
        Matcher challenge = Pattern.compile("Bearer realm=\"([^\"]+)\",service=\"([^\"]+)\",scope=\"([^\"]+)\"")
                .matcher(refused.header("WWW-Authenticate"));
        assertThat(challenge.matches()).isTrue();
        String asked = challenge.group(1) + "?" + form("service", challenge.group(2), "scope", challenge.group(3));
        String token = token(registry.get(asked, "Authorization", basic("ann", "ann's secret")));
        assertThat(registry.post("/v2/team/web/blobs/uploads/", bearer(token))).hasStatus(202);
        assertThat(registry.get("/v2/", bearer(token))).hasStatus(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ann", "ben", "admin"})
    void dockerLogsInWithAnAccountAndKeepsARefreshToken(String name) {
        String password = name.equals("admin") ? "the first secret" : name + "'s secret";
        Answer login = registry.get(
                "/auth/token?account=" + name + "&client_id=docker&offline_token=true&service=strata",
                "Authorization", basic(name, password));
        String token = token(login);
        assertThat(registry.get("/v2/", bearer(token))).hasStatus(200);
        String refresh = login.json().path("refresh_token").stringValue();
        assertThat(refresh).startsWith("strata_refresh_");
        Answer refreshed = post(
                "grant_type", "refresh_token", "service", "strata", "client_id", "docker",
                "scope", "repository:team/web:pull", "refresh_token", refresh);
        assertThat(registry.get("/v2/team/web/tags/list", bearer(token(refreshed)))).hasStatus(404);
        assertThat(refreshed.json().has("refresh_token")).isFalse();
        assertThat(post("grant_type", "refresh_token", "access_type", "offline", "refresh_token", refresh)
                        .json().has("refresh_token"))
                .as("it does not live for ever by getting another one")
                .isFalse();
    }

    @Test
    void aRefreshTokenIsVoidWhenThePasswordChanges() {
        accounts.create("cyd", passwords.hash("cyd's secret"), false, Set.of());
        String refresh = registry.get("/auth/token?offline_token=true", "Authorization", basic("cyd", "cyd's secret"))
                .json().path("refresh_token").stringValue();
        token(post("grant_type", "refresh_token", "refresh_token", refresh));
        accounts.change("cyd", Optional.of(passwords.hash("another secret")), Optional.empty(), Optional.empty());
        assertThat(post("grant_type", "refresh_token", "refresh_token", refresh)).isError(401, ErrorCode.UNAUTHORIZED);
        accounts.delete("cyd");
    }

    @Test
    void containerdPostsAPasswordAndSeveralScopes() {
        Answer answer = post(
                "grant_type", "password", "service", "strata", "client_id", "containerd-client",
                "scope", "repository:team/web:pull,push repository:public/base:pull",
                "username", "ann", "password", "ann's secret");
        String token = token(answer);
        assertThat(answer.json().has("refresh_token")).isFalse();
        assertThat(registry.post("/v2/team/web/blobs/uploads/", bearer(token))).hasStatus(202);
        assertThat(registry.get("/v2/public/base/tags/list", bearer(token))).isError(404, ErrorCode.NAME_UNKNOWN);
    }

    @Test
    void anonymousAsksGetATokenForWhatEverybodyMayRead() {
        String token = token(registry.get("/auth/token?service=strata&scope=repository:public/base:pull,push"));
        assertThat(registry.get("/v2/public/base/tags/list", bearer(token))).isError(404, ErrorCode.NAME_UNKNOWN);
        assertThat(registry.get("/v2/", bearer(token))).hasStatus(200);
        assertThat(registry.get("/v2/team/web/tags/list", bearer(token))).hasStatus(401);
        assertThat(registry.post("/v2/public/base/blobs/uploads/", bearer(token))).hasStatus(401);
    }

    @ParameterizedTest
    @CsvSource({
        "repository:team/web:pull, 404", // there is no such repository, and it may be read
        "repository:other/web:pull, 404",
        "repository:team/web:pull%20repository:team/api:pull, 404",
        "repository:team/web:*, 404",
        "repository(plugin):team/web:pull, 404",
        "repository:host:5000/team/web:pull&scope=repository:team/web:pull, 404",
        "nonsense&scope=:::&scope=repository:team/web:pull, 404",
        "repository:UPPER:pull, 404"
    })
    void scopesAreReadAsClientsWriteThem(String scope, int status) {
        String token = tokenOf("ann", scope);
        assertThat(registry.get("/v2/team/web/tags/list", bearer(token)).status()).isIn(status, 401);
    }

    @Test
    void aTokenCarriesNoMoreThanWasAskedFor() {
        String token = tokenOf("ann", "repository:team/web:pull");
        Answer refused = registry.post("/v2/team/web/blobs/uploads/", bearer(token));
        assertThat(refused).isError(401, ErrorCode.UNAUTHORIZED);
        assertThat(refused.header("WWW-Authenticate"))
                .contains("error=\"insufficient_scope\"")
                .contains("scope=\"repository:team/web:pull,push\"");
    }

    /** Clients that ask for what they are told, and for no more. */
    @ParameterizedTest
    @CsvSource({
        "from=public/base, true",
        "from=public%2Fbase, true",
        "from=%22x, false",
        "from, false"
    })
    void aTokenForAMountIsToReadWhereItIsFrom(String from, boolean named) {
        Answer refused = registry.post("/v2/team/web/blobs/uploads/?mount=sha256:" + "0".repeat(64) + "&" + from);
        assertThat(refused).isError(401, ErrorCode.UNAUTHORIZED);
        assertThat(refused.header("WWW-Authenticate"))
                .contains("scope=\"repository:team/web:pull,push" + (named ? " repository:public/base:pull" : "") + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"registry:catalog:*", "repository:team/web:pull", ""})
    void noTokenLivesOnByGettingAnother(String scope) {
        String token = tokenOf("ann", "repository:team/web:pull");
        Answer refused = registry.get("/auth/token?service=strata&scope=" + scope, bearer(token));
        assertThat(refused).isError(401, ErrorCode.UNAUTHORIZED);
        assertThat(refused.header("WWW-Authenticate")).contains("error=\"invalid_token\"");
    }

    @Test
    void tokensThatAreOverSlowNobodyDown() {
        String token = tokenOf("ann", "repository:team/web:pull");
        for (int i = 0; i < 120; i++) {
            String over = token.substring(0, token.length() - 4) + "%04d".formatted(i);
            assertThat(registry.get("/v2/", bearer(over))).isError(401, ErrorCode.UNAUTHORIZED);
        }
        assertThat(tokenOf("ben", "repository:team/web:pull")).isNotEmpty();
    }

    /** A builder knows of no such right, and asks to push. */
    @Test
    void whoeverMayOnlyWriteTheCacheUploadsWithATokenToPush() {
        String[] reading = bearer(tokenOf("ben", "repository:cached/web:pull"));
        Answer refused = registry.post("/v2/cached/web/blobs/uploads/", reading);
        assertThat(refused).isError(401, ErrorCode.UNAUTHORIZED);
        assertThat(refused.header("WWW-Authenticate")).contains("scope=\"repository:cached/web:pull,push\"");
        String[] pushing = bearer(tokenOf("ben", "repository:cached/web:pull,push"));
        assertThat(registry.post("/v2/cached/web/blobs/uploads/", pushing)).hasStatus(202);
        assertThat(registry.put("/v2/cached/web/manifests/v1", "{}".getBytes(UTF_8), pushing)).isError(403, ErrorCode.DENIED);
    }

    @Test
    void aTokenCarriesNoMoreThanMayBeHad() {
        String token = tokenOf("ben", "repository:team/web:pull,push,delete");
        assertThat(registry.post("/v2/team/web/blobs/uploads/", bearer(token))).isError(403, ErrorCode.DENIED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.", "a.b.c", "strata_robot_wrong"})
    void aBadTokenIsToldFromAMissingOne(String token) {
        Answer refused = registry.get("/v2/", bearer(token));
        assertThat(refused).isError(401, ErrorCode.UNAUTHORIZED);
        assertThat(refused.header("WWW-Authenticate")).contains("error=\"invalid_token\"");
    }

    @Test
    void basicIsTakenOnTheRegistrysOwnRequests() {
        assertThat(registry.get("/v2/", "Authorization", ADMIN)).hasStatus(200);
        assertThat(registry.get("/v2/_catalog", "Authorization", ADMIN)).hasStatus(200);
        assertThat(registry.post("/v2/team/web/blobs/uploads/", "Authorization", basic("ben", "ben's secret")))
                .isError(403, ErrorCode.DENIED);
    }

    @Test
    void podmansEmptyNameAndPasswordIsAnonymous() {
        token(registry.get("/auth/token?scope=repository:public/base:pull", "Authorization", basic("", "")));
        assertThat(registry.get("/v2/", "Authorization", basic("", ""))).hasStatus(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic !!!", "Basic bm9jb2xvbg==", "Digest x", "Basic"})
    void whatCannotBeReadIsRefused(String header) {
        Answer refused = registry.get("/v2/", "Authorization", header);
        assertThat(refused).isError(401, ErrorCode.UNAUTHORIZED);
        assertThat(refused.header("WWW-Authenticate")).startsWith("Bearer ").doesNotContain("error");
    }

    @Test
    void nobodyIsTwo() {
        try (var connection = registry.connect()) {
            Answer answer = connection.head(
                            "GET /v2/ HTTP/1.1", "Host: localhost", "Authorization: " + ADMIN,
                            "Authorization: " + basic("ann", "ann's secret"))
                    .answer();
            assertThat(answer.status()).isEqualTo(401);
        }
    }

    @Test
    void aWrongPasswordIsRefusedEverywhere() {
        assertThat(registry.get("/auth/token", "Authorization", basic("dan", "wrong"))).isError(401, ErrorCode.UNAUTHORIZED);
        assertThat(post("grant_type", "password", "username", "dan", "password", "wrong"))
                .isError(401, ErrorCode.UNAUTHORIZED);
        assertThat(registry.get("/v2/", "Authorization", basic("dan", "wrong"))).isError(401, ErrorCode.UNAUTHORIZED);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 73, 10_000})
    void aPasswordOfAnyLengthIsJudged(int length) {
        assertThat(registry.get("/v2/", "Authorization", basic("gus", "x".repeat(length)))).hasStatus(401);
        assertThat(registry.get("/v2/", "Authorization", basic("g".repeat(length + 1) + "\0", "secret"))).hasStatus(401);
    }

    @Test
    void aChangedOrDeletedAccountIsOutWithinASecond() {
        accounts.create("eve", passwords.hash("eve's secret"), false, Set.of());
        String[] eve = {"Authorization", basic("eve", "eve's secret")};
        assertThat(registry.get("/v2/", eve)).hasStatus(200);
        accounts.delete("eve");
        Awaitility.await().untilAsserted(
                () -> assertThat(registry.get("/v2/", eve)).hasStatus(401));
    }

    @Test
    void manyFailuresSlowAnAccountDownAndNoOther() {
        accounts.create("fay", passwords.hash("fay's secret"), false, Set.of());
        assertThat(registry.get("/v2/", "Authorization", basic("fay", "fay's secret"))).hasStatus(200);
        Answer last = registry.get("/v2/", "Authorization", basic("fay", "guess"));
        for (int i = 0; last.status() == 401 && i < 40; i++) {
            last = registry.get("/v2/", "Authorization", basic("fay", "guess " + i));
        }
        assertThat(last).isError(429, ErrorCode.TOOMANYREQUESTS);
        assertThat(Integer.parseInt(last.header("Retry-After"))).isBetween(1, 60);
        assertThat(registry.get("/v2/", "Authorization", ADMIN)).hasStatus(200);
        assertThat(registry.get("/v2/", "Authorization", basic("fay", "fay's secret")))
                .as("what is remembered of a right password")
                .hasStatus(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/team%2Fweb/tags/list", "/v2/team/../admin/tags/list", "/v2//team/web/tags/list",
        "/v2/team/web/tags/list;x=y", "/v2/team\\web/tags/list"})
    void trickyPathsGetTheRegistrysErrors(String path) {
        try (var connection = registry.connect()) {
            Answer answer = connection.head("GET " + path + " HTTP/1.1", "Host: localhost", "Authorization: " + ADMIN).answer();
            assertThat(answer.status()).isIn(400, 404);
            assertThat(answer.json().path("errors").size()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v2/team/WEB/tags/list, 400, NAME_INVALID", "/V2/team/web/tags/list, 404, UNSUPPORTED",
        "/v2/-/manifests/v1, 400, NAME_INVALID"
    })
    void whatIsNoRepositoryIsToldSo(String path, int status, ErrorCode code) {
        assertThat(registry.get(path, "Authorization", ADMIN)).isError(status, code);
        assertThat(registry.get(path)).isError(status, code);
    }

    @Test
    void noOtherMethodIsRefusedBecauseOfTheLogin() {
        assertThat(registry.send("PROPFIND", "/v2/", java.net.http.HttpRequest.BodyPublishers.noBody(), "Authorization", ADMIN))
                .hasStatus(405);
    }

    @Test
    void healthStaysOpen() {
        assertThat(registry.get("/actuator/health")).hasStatus(200);
        assertThat(registry.get("/actuator/prometheus")).hasStatus(401);
        assertThat(registry.get("/actuator/prometheus", "Authorization", ADMIN)).hasStatus(200);
    }
}
