package dev.strata.access.workloads;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.policy.TestPolicy;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.net.URLEncoder;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A CI job pushes with the token of its platform, and without any secret of this registry. */
@RegistryTest
@Import(TestPolicy.class)
class WorkloadSignInTest {

    private static final TestIssuer ISSUER = new TestIssuer();
    private static final String AUDIENCE = "strata-test";

    @DynamicPropertySource
    static void trust(DynamicPropertyRegistry settings) {
        settings.add("strata.access.issuers[0].issuer", ISSUER::issuer);
        settings.add("strata.access.issuers[0].audience", () -> AUDIENCE);
    }

    @Autowired
    RegistryClient registry;

    @Autowired
    TestPolicy policy;

    @BeforeEach
    void grant() {
        policy.become("""
                grants:
                  - who: {issuer: "%s", claims: {repository: acme/web}}
                    on: acme/**
                    may: [pull, push]
                """.formatted(ISSUER.issuer()));
    }

    private static String idToken(String repository) {
        return ISSUER.sign(ISSUER.claims(AUDIENCE).claim("repository", repository).build());
    }

    private Answer exchange(String idToken) {
        return exchange(idToken, "");
    }

    private Answer exchange(String idToken, String more) {
        String form = "grant_type=" + URLEncoder.encode("urn:ietf:params:oauth:grant-type:token-exchange", UTF_8)
                + "&subject_token_type=" + URLEncoder.encode("urn:ietf:params:oauth:token-type:id_token", UTF_8)
                + "&subject_token=" + idToken + "&scope=repository:acme/web:pull,push" + more;
        return token(form);
    }

    private Answer refresh(String login) {
        return token("grant_type=refresh_token&access_type=offline&scope=repository:acme/web:pull,push&refresh_token=" + login);
    }

    private Answer token(String form) {
        return registry.post("/auth/token", form.getBytes(UTF_8), "Content-Type", "application/x-www-form-urlencoded");
    }

    private static String[] password(String idToken) {
        String both = Base64.getEncoder().encodeToString(("ci:" + idToken).getBytes(UTF_8));
        return new String[] {"Authorization", "Basic " + both};
    }

    private int push(String... headers) {
        return registry.post("/v2/acme/web/blobs/uploads/", headers).status();
    }

    @Test
    void anIdTokenIsExchangedForOneOfThisRegistry() {
        Answer answer = exchange(idToken("acme/web"));
        assertThat(answer).isJson(200);
        assertThat(answer.json().path("issued_token_type").stringValue())
                .isEqualTo("urn:ietf:params:oauth:token-type:access_token");
        assertThat(push("Authorization", "Bearer " + answer.json().path("access_token").stringValue())).isEqualTo(202);
    }

    @Test
    void anIdTokenIsAPasswordWhateverTheName() {
        Answer answer = registry.get("/auth/token?scope=repository:acme/web:pull,push", password(idToken("acme/web")));
        assertThat(push("Authorization", "Bearer " + answer.json().path("token").stringValue())).isEqualTo(202);
        assertThat(push(password(idToken("acme/web")))).isEqualTo(202);
    }

    @Test
    void aJobOfAnotherRepositoryMayNotPush() {
        Answer answer = exchange(idToken("acme/other"));
        assertThat(answer).hasStatus(200);
        assertThat(push("Authorization", "Bearer " + answer.json().path("access_token").stringValue())).isEqualTo(404);
    }

    @Test
    void aTokenForAnotherServiceIsRefused() {
        String other = ISSUER.sign(ISSUER.claims("another-service").build());
        assertThat(exchange(other)).isError(401, ErrorCode.UNAUTHORIZED);
        assertThat(registry.get("/v2/", password(other))).hasStatus(401);
        assertThat(registry.get("/v2/", "Authorization", "Bearer " + other).header("WWW-Authenticate"))
                .contains("error=\"invalid_token\"");
    }

    /** What docker sends with it: a job pushes for longer than its platform's token is good. */
    @Test
    void aWorkloadThatLogsInGetsTokensWithoutItsPlatformsForAnHour() {
        String login = registry.get("/auth/token?offline_token=true", password(idToken("acme/web")))
                .json()
                .path("refresh_token")
                .stringValue();

        Answer answer = refresh(login);

        assertThat(answer).isJson(200);
        assertThat(answer.json().has("refresh_token")).as("another one, with which it would live for ever").isFalse();
        assertThat(push("Authorization", "Bearer " + answer.json().path("access_token").stringValue())).isEqualTo(202);
        assertThat(push("Authorization", "Bearer " + login)).isEqualTo(401);
        assertThat(push(password(login))).isEqualTo(401);
    }

    @Test
    void anExchangeGivesALoginToWhoAsksForOne() {
        assertThat(exchange(idToken("acme/web")).json().has("refresh_token")).isFalse();
        Answer answer = exchange(idToken("acme/web"), "&access_type=offline");
        assertThat(refresh(answer.json().path("refresh_token").stringValue())).hasStatus(200);
    }

    @Test
    void aGrantThatIsTakenBackIsOutForWhoHasLoggedIn() {
        String login = exchange(idToken("acme/web"), "&access_type=offline").json().path("refresh_token").stringValue();

        policy.become("grants: []");

        String token = refresh(login).json().path("access_token").stringValue();
        assertThat(push("Authorization", "Bearer " + token)).isEqualTo(404);
    }
}
