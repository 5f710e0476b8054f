package dev.strata.access.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.strata.access.people.People;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** People log in at an issuer, and others try to be taken for them. */
class OidcLoginTest extends OidcTestCase {

    @Autowired
    OidcLoginTest(RegistryClient registry) {
        super(registry);
    }

    @Test
    void whoLogsInAtTheIssuerHasASession() {
        URI asked = browser.begin("corp", "?return=" + encoded("/?view=access"));
        assertThat(asked.toString()).startsWith(CORP.issuer() + "/authorize?");
        assertThat(asked.getQuery())
                .contains("response_type=code", "client_id=page", "code_challenge_method=S256", "state=", "nonce=")
                .contains("redirect_uri=" + registry.origin() + "/api/access/login/corp/callback");
        Answer back = browser.get(registry.get(asked.toString()).location());
        assertThat(back).hasStatus(303);
        assertThat(back.location()).isEqualTo("/?view=access");
        var caller = registry.get("/api/access/session", browser.headers()).json().path("caller");
        assertThat(caller.path("kind").stringValue()).isEqualTo("person");
        assertThat(caller.path("name").stringValue()).isEqualTo("corp/4711");
        assertThat(caller.path("title").stringValue()).isEqualTo("Ann");
        assertThat(caller.path("groups").path(0).stringValue()).isEqualTo("weavers");
        assertThat(caller.path("maintains").booleanValue()).isTrue();
        assertThat(caller.path("administrator").booleanValue()).isFalse();
    }

    @Test
    void thePageKnowsWhereOneCanLogIn() {
        var ways = registry.get("/api/access/session").json().path("issuers");
        assertThat(ways.path(0).path("title").stringValue()).isEqualTo("The Corporation");
        assertThat(ways.path(0).path("start").stringValue()).isEqualTo("/api/access/login/corp");
        assertThat(ways.path(0).path("command_line").path("client_id").stringValue()).isEqualTo("command-line");
        assertThat(ways.path(1).path("command_line").path("client_id").stringValue()).isEqualTo("public-page");
        assertThat(ways.toString()).doesNotContain("secret");
        assertThat(registry.get("/api/access/login/none")).hasStatus(404);
    }

    @Test
    void grantsNameThemByGroupByNameAndByClaimAndTakeThemForNobodyElse() {
        browser.logIn("corp");
        assertThat(mayRead("loom/web", browser)).isTrue();
        assertThat(mayRead("own/web", browser)).isTrue();
        assertThat(mayRead("claimed/web", browser)).isTrue();
        assertThat(mayRead("accounts/web", browser)).isFalse();
        assertThat(mayRead("secret/web", browser)).isFalse();
    }

    @Test
    void noIssuerMakesAnAdministrator() {
        policy.become("grants: [{who: 'group:administrators', on: loom/**, may: pull}]");
        CORP.setPerson(token -> token.subject("4712").claim("groups", List.of("administrators")));
        browser.logIn("corp");
        assertThat(registry.get("/api/access/accounts", browser.headers())).isError(403, ErrorCode.DENIED);
        assertThat(mayRead("loom/web", browser)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "https://evil.example/", "//evil.example/", "/\\evil.example", "/%2F%2Fevil.example", "javascript:alert(1)",
        "/?a\r\nSet-Cookie: x=y", "/?é", "/api/access/me", "?view=x", ""
    })
    void nobodyIsSentElsewhereAfterwards(String next) {
        URI asked = browser.begin("corp", "?return=" + encoded(next));
        assertThat(browser.get(registry.get(asked.toString()).location()).location()).isEqualTo("/");
    }

    @Test
    void theAnswerIsOfUseInTheBrowserThatBeganOnly() {
        String answer = answerTo(browser, "corp");
        TestBrowser another = new TestBrowser(registry);
        assertFails(another.get(answer), another, "expired");
        TestBrowser third = new TestBrowser(registry);
        third.begin("corp", "");
        assertFails(third.get(answer), third, "expired");
    }

    @Test
    void anAnswerIsOfUseOnce() {
        String answer = answerTo(browser, "corp");
        TestBrowser copied = browser.copy();
        assertThat(browser.get(answer).location()).isEqualTo("/");
        assertFails(new TestBrowser(registry).get(answer), new TestBrowser(registry), "expired");
        assertFails(copied.get(answer), copied, "refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"state=x", "state=", "", "state=x&state=y"})
    void aStateThatIsNotItsOwnIsRefused(String state) {
        browser.begin("corp", "");
        Answer answer = browser.get("/api/access/login/corp/callback?code=x&" + state);
        assertThat(answer.location()).startsWith("/?login=").isNotEqualTo("/");
        assertThat(browser.name()).isEmpty();
    }

    /** A code that somebody got for themselves is put into another's login. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCodeOfAnotherLoginIsRefused(boolean theIssuerLetsItPass) {
        CORP.setLax(theIssuerLetsItPass);
        String attackers = answerTo(new TestBrowser(registry), "corp");
        String victims = answerTo(browser, "corp");
        String mixed = victims.replace(parameter(victims, "code"), parameter(attackers, "code"));
        assertFails(browser.get(mixed), browser, "refused");
    }

    @Test
    void anIssuerAnswersForItselfOnly() {
        String answer = answerTo(browser, "other");
        assertFails(browser.copy().get(answer.replace("/login/other/", "/login/corp/")), browser, "expired");
        String others = answer.replace(encoded(OTHER.issuer()), encoded(CORP.issuer()));
        assertThat(others).isNotEqualTo(answer);
        assertFails(browser.copy().get(others), browser, "refused");
        String unnamed = answer.replaceFirst("&iss=[^&]*", "");
        assertFails(browser.copy().get(unnamed), browser, "refused");
        assertThat(browser.get(answer).location()).isEqualTo("/");
    }

    private static Stream<Arguments> badTokens() {
        Instant now = Instant.now();
        return Stream.of(
                bad("for another service", token -> token.audience("another")),
                bad("for workloads", token -> token.audience("workloads")),
                bad("for the command line", token -> token.audience("command-line")),
                bad("for several, and authorized for another", token -> token
                        .audience(List.of("page", "another")).claim("azp", "another")),
                bad("of another issuer", token -> token.issuer(OTHER.issuer())),
                bad("over", token -> token.expirationTime(Date.from(now.minusSeconds(120)))),
                bad("without an end", token -> token.expirationTime(null)),
                bad("of the future", token -> token.issueTime(Date.from(now.plusSeconds(600)))),
                bad("without a nonce", token -> token.claim("nonce", null)),
                bad("of another login", token -> token.claim("nonce", "another")),
                bad("of nobody", token -> token.subject(null)),
                bad("with a name that is none", token -> token.subject("a\nb")),
                bad("with a name that is too long", token -> token.subject("x".repeat(255))));
    }

    private static Arguments bad(String what, UnaryOperator<JWTClaimsSet.Builder> change) {
        return Arguments.of(what, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badTokens")
    void aTokenThatIsNotForThisLoginIsRefused(String what, UnaryOperator<JWTClaimsSet.Builder> change) {
        CORP.setPerson(change);
        assertFails(browser.logIn("corp"), browser, "refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown key", "public key as a secret", "not signed"})
    void aTokenThatTheIssuerDidNotSignIsRefused(String trick) {
        CORP.setSignature(trick);
        assertFails(browser.logIn("corp"), browser, "refused");
    }

    @Test
    void whoeverSaysNoIsBackOnThePage() {
        browser.begin("corp", "");
        String state = parameter(browser.begin("corp", "").toString(), "state");
        Answer answer = browser.get("/api/access/login/corp/callback?error=access_denied&error_description=%3Cb%3E&"
                + state + "&iss=" + encoded(CORP.issuer()));
        assertFails(answer, browser, "refused");
        assertThat(answer.text()).isEmpty();
    }

    @Test
    void anIssuerThatIsDownIsSaidToBe() {
        String answer = answerTo(browser, "other");
        OTHER.setDown(true);
        assertFails(browser.get(answer), browser, "unavailable");
        OTHER.setDown(false);
        assertThat(browser.logIn("other").location()).isEqualTo("/");
        assertThat(browser.name()).isEqualTo("other/ann@example.org");
    }

    /** Each answer that a browser brings is taken to the issuer. */
    @Test
    void tooManyFailuresFromAnAddressAreNotLookedAt() throws Exception {
        HttpClient elsewhere = HttpClient.newBuilder().localAddress(InetAddress.ofLiteral("127.0.0.9")).build();
        List<String> reasons = new ArrayList<>();
        for (int i = 0; i <= 50; i++) {
            URI callback = URI.create(registry.origin() + "/api/access/login/corp/callback?state=x&code=" + i);
            reasons.add(elsewhere.send(HttpRequest.newBuilder(callback).build(), BodyHandlers.discarding())
                    .headers().firstValue("Location").orElseThrow());
        }
        assertThat(reasons.subList(0, 50)).containsOnly("/?login=expired");
        assertThat(reasons.getLast()).isEqualTo("/?login=too_many");

        String form = "grant_type=" + encoded("urn:ietf:params:oauth:grant-type:token-exchange") + "&subject_token=";
        String forged = OTHER.sign(CORP.claims("command-line").subject("4711").build());
        HttpRequest exchange = HttpRequest.newBuilder(URI.create(registry.origin() + "/auth/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form + forged))
                .build();
        assertThat(elsewhere.send(exchange, BodyHandlers.discarding()).statusCode()).isEqualTo(429);
        assertThat(exchange(forged, "")).hasStatus(401);
        assertThat(browser.logIn("corp").location()).isEqualTo("/");
    }

    /** Whoever can choose their address has nobody else's. */
    @Test
    void anAddressCountsIfItIsVerified() {
        OTHER.setPerson(token -> token.subject("2").claim("email", "boss@example.org").claim("email_verified", false));
        assertFails(browser.logIn("other"), browser, "refused");
        OTHER.setPerson(token -> token.subject("2").claim("email", "boss@example.org"));
        assertFails(browser.logIn("other"), browser, "refused");
    }

    @Test
    void whoeverGetsANameLaterIsSomebodyElse() {
        OTHER.setPerson(token -> token.subject("7").claim("email", "post@example.org").claim("email_verified", true));
        policy.become("grants: [{who: 'person:other/post@example.org', on: loom/**, may: [pull, push, maintain]}]");
        browser.logIn("other");
        String robot = robotOf(browser, "posts");
        assertThat(registry.get("/v2/", "Authorization", basic("posts", robot))).hasStatus(200);
        OTHER.setPerson(token -> token.subject("8").claim("email", "post@example.org").claim("email_verified", true));
        TestBrowser newcomer = new TestBrowser(registry);
        newcomer.logIn("other");
        assertThat(newcomer.name()).isEqualTo("other/post@example.org");
        Awaitility.await().untilAsserted(() -> {
            assertThat(browser.name()).isEmpty();
            assertThat(registry.get("/v2/", "Authorization", basic("posts", robot))).hasStatus(401);
        });
    }

    /** What the maker may do stands in the issuer's hands; here it is as the issuer said it last. */
    @Test
    void aRobotDoesNoMoreThanItsMakerMightAtTheLastLogin() {
        CORP.setPerson(token -> token.subject("robots").claim("groups", List.of("weavers")));
        browser.logIn("corp");
        String[] robot = {"Authorization", basic("looms", robotOf(browser, "looms"))};
        assertThat(registry.post("/v2/loom/web/blobs/uploads/", robot)).hasStatus(202);
        CORP.setPerson(token -> token.subject("robots").claim("groups", List.of("spinners")));
        new TestBrowser(registry).logIn("corp");
        Awaitility.await().untilAsserted(
                () -> assertThat(registry.post("/v2/loom/web/blobs/uploads/", robot)).hasStatus(404));
        assertThat(mayRead("loom/web", browser)).as("an older session").isFalse();
    }

    @Test
    void anAdministratorForgetsSomebodyWithAllThatIsTheirs() {
        CORP.setPerson(token -> token.subject("leaving").claim("groups", List.of("weavers")));
        browser.logIn("corp");
        String robot = basic("leavings", robotOf(browser, "leavings"));
        String refresh = exchange(commandLineToken("leaving"), "&access_type=offline").json().path("refresh_token").stringValue();
        var people = registry.get("/api/access/people?n=1000", "Authorization", ADMIN).json().path("people");
        var leaving = Stream.iterate(0, i -> i < people.size(), i -> i + 1)
                .map(people::path)
                .filter(person -> person.path("name").stringValue().equals("corp/leaving"))
                .findFirst()
                .orElseThrow();
        assertThat(leaving.path("groups").path(0).stringValue()).isEqualTo("weavers");
        String path = "/api/access/people/" + leaving.path("id").longValue();
        assertThat(registry.delete(path, browser.headers())).isError(403, ErrorCode.DENIED);
        assertThat(registry.delete(path, "Authorization", ADMIN)).hasStatus(204);
        assertThat(registry.delete(path, "Authorization", ADMIN)).isError(404, ErrorCode.ACCOUNT_UNKNOWN);
        assertThat(browser.name()).isEmpty();
        assertThat(refreshed(refresh)).hasStatus(401);
        Awaitility.await().untilAsserted(
                () -> assertThat(registry.get("/v2/", "Authorization", robot)).hasStatus(401));
    }

    @Test
    void theCommandLineExchangesItsTokenForOneThatItKeeps() {
        Answer answer = exchange(commandLineToken("4711"), "&access_type=offline");
        assertThat(answer).isJson(200);
        String[] token = {"Authorization", "Bearer " + answer.json().path("access_token").stringValue()};
        assertThat(registry.post("/v2/loom/web/blobs/uploads/", token)).hasStatus(202);
        String refresh = answer.json().path("refresh_token").stringValue();
        assertThat(refresh).startsWith("strata_refresh_");
        assertThat(refreshed(refresh)).isJson(200);
        var caller = registry.get("/api/access/me", token).json();
        assertThat(caller.path("kind").stringValue()).isEqualTo("person");
        assertThat(caller.path("name").stringValue()).isEqualTo("corp/4711");
    }

    @Test
    void aTokenForThePageOrForWorkloadsIsNobodysLoginAtTheCommandLine() {
        String ofThePage = CORP.sign(CORP.claims("page").subject("4711").build());
        assertThat(exchange(ofThePage, "&access_type=offline")).isError(401, ErrorCode.UNAUTHORIZED);
        String ofAWorkload = CORP.sign(CORP.claims("workloads").claim("groups", List.of("weavers")).build());
        Answer answer = exchange(ofAWorkload, "&access_type=offline");
        assertThat(answer.json().path("refresh_token").asString("")).doesNotStartWith("strata_refresh_");
        String[] token = {"Authorization", "Bearer " + answer.json().path("access_token").stringValue()};
        assertThat(registry.get("/api/access/me", token).json().path("kind").stringValue()).isEqualTo("workload");
        assertThat(registry.post("/v2/loom/web/blobs/uploads/", token)).as("its groups are nobody's").hasStatus(404);
        assertThat(registry.get("/v2/", "Authorization", basic("x", commandLineToken("4711")))).hasStatus(401);
    }

    @Test
    void whatALoginBeganWithIsNoToken() {
        browser.begin("corp", "");
        String note = browser.headers()[1].replace("strata-login=", "");
        assertThat(note).startsWith("eyJ");
        assertThat(registry.get("/v2/", "Authorization", "Bearer " + note)).hasStatus(401);
        String token = registry.get("/auth/token?service=strata", "Authorization", ADMIN).json().path("token").stringValue();
        Answer answer = registry.get("/api/access/login/corp/callback?code=x&state=x", "Cookie", "strata-login=" + token);
        assertThat(answer.location()).isEqualTo("/?login=expired");
    }

    @Test
    void theCookieOfALoginIsAsStrictAsThatOfASession() {
        Answer plain = registry.get("/api/access/login/corp");
        assertThat(plain.header("Set-Cookie"))
                .startsWith("strata-login=").contains("; HttpOnly", "; SameSite=Lax", "; Max-Age=600");
        Answer secure = registry.get("/api/access/login/corp", "X-Forwarded-Proto", "https");
        assertThat(secure.header("Set-Cookie")).startsWith("__Host-strata-login=").contains("; Secure", "; HttpOnly");
    }
}
