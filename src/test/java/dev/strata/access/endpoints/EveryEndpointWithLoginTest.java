package dev.strata.access.endpoints;

import static dev.strata.access.endpoints.EndpointMatrix.policy;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.policy.TestPolicy;
import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Every endpoint of a registry where people sign in, asked with what they really show. */
@RegistryTest
@Import(TestPolicy.class)
@TestPropertySource(properties = {"strata.access.admin-password=the first secret", "strata.access.totals=logged-in"})
class EveryEndpointWithLoginTest {

    private static final String JSON = "application/json";
    private static final String EVERYTHING =
            "/auth/token?scope=registry:catalog:*&scope=repository:matrix/web:*&scope=repository:matrix/absent:*";

    @Autowired
    RegistryClient registry;

    @Autowired
    TestPolicy policy;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    RequestMappingHandlerMapping mapping;

    private EndpointMatrix matrix;

    @BeforeEach
    void prepare() {
        matrix = new EndpointMatrix(registry, true);
        policy.become("grants: [{who: anyone, on: matrix/web, may: [pull, push]}]");
        registry.pushImage("matrix/web", "v1", 1);
    }

    private static String basic(String name, String secret) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + secret).getBytes(UTF_8));
    }

    /** @return how it signs in */
    private String account() {
        make("accounts", "{\"name\":\"ann\",\"password\":\"ann's secret\"}");
        return basic("ann", "ann's secret");
    }

    /** @return how it signs in. Its maker may do everything, and it was made for another repository */
    private String robot() {
        registry.delete("/api/access/robots/ci", "Authorization", basic("admin", "the first secret"));
        String secret = make("robots", "{\"name\":\"ci\",\"repositories\":[\"matrix/other\"],\"actions\":[\"pull\"]}")
                .json().path("secret").stringValue();
        return basic("ci", secret);
    }

    private Answer make(String what, String json) {
        Answer answer = registry.post(
                "/api/access/" + what, json.getBytes(UTF_8),
                "Authorization", basic("admin", "the first secret"), "Content-Type", JSON);
        assertThat(answer.status()).isIn(201, 409);
        return answer;
    }

    @Test
    void everyEndpointIsHere() {
        matrix.isOfAllThatAreServed(mapping);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "none", "pull", "push", "delete", "cache", "maintain", "pull,push", "pull,cache", "admin"
    })
    void whoeverSignsInMayDoWhatIsGrantedAndNoMore(String rights) {
        check("anonymous", "anonymous", rights);
        check("account", "'account:ann'", rights, "Authorization", account());
        check("robot", "'robot:ci'", rights, "Authorization", robot());
        checkSession(rights);
    }

    /** The page's endpoints are for whoever logged in on it; all others take no notice of that. */
    private void checkSession(String rights) {
        account();
        policy.become(policy("'account:ann'", rights));
        Answer login = registry.post("/api/access/session", "{\"name\":\"ann\",\"password\":\"ann's secret\"}".getBytes(UTF_8));
        String[] session = {"Cookie", login.header("Set-Cookie").split(";")[0], "Sec-Fetch-Site", "same-origin"};
        for (String endpoint : matrix.endpoints()) {
            boolean isOfThePage = endpoint.contains(" /api/");
            boolean endsIt = endpoint.equals("DELETE /api/access/session");
            if (isOfThePage && !endsIt) {
                matrix.check(endpoint, "session", rights, session);
            } else if (!isOfThePage && rights.equals("none")) {
                matrix.check(endpoint, "anonymous", rights, session);
            }
        }
        matrix.hasNoFailures();
    }

    private void check(String caller, String who, String rights, String... credentials) {
        policy.become(policy(who, rights));
        matrix.endpoints().forEach(endpoint -> matrix.check(endpoint, caller, rights, credentials));
        if (credentials.length > 0) {
            String token = registry.get(EVERYTHING, credentials).json().path("token").stringValue();
            for (String endpoint : matrix.endpoints()) {
                if (matrix.takesToken(endpoint, rights)) {
                    matrix.check(endpoint, "token of " + caller, rights, "Authorization", "Bearer " + token);
                } else if (!EndpointMatrix.isRefused(matrix.ask(endpoint, "matrix/web", "Authorization", "Bearer " + token))) {
                    matrix.fail("token of " + caller + " with " + rights + " is enough for " + endpoint);
                }
            }
        }
        matrix.hasNoFailures();
    }
}
