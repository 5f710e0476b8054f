package dev.strata.access.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.policy.TestPolicy;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.Base64;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;

/** Accounts and robots as people administer them. */
@RegistryTest
@Import(TestPolicy.class)
@TestPropertySource(properties = {"strata.access.admin-password=the first secret", "strata.access.login=true"})
class AccessApiTest {

    private static final String[] ADMIN = basic("admin", "the first secret");

    @Autowired
    RegistryClient registry;

    @Autowired
    TestPolicy policy;

    @BeforeEach
    void grant() {
        policy.become("""
                grants:
                  - {who: "account:mia", on: mia/**, may: [pull, push, maintain]}
                  - {who: "account:nat", on: mia/**, may: pull}
                """);
        for (String name : new String[] {"mia", "nat"}) {
            send("POST", "/api/access/accounts", "{\"name\":\"%s\",\"password\":\"%s's secret\"}".formatted(name, name), ADMIN);
        }
    }

    private static String[] basic(String name, String password) {
        String both = Base64.getEncoder().encodeToString((name + ":" + password).getBytes(UTF_8));
        return new String[] {"Authorization", "Basic " + both};
    }

    private Answer send(String method, String path, String body, String... headers) {
        return registry.send(method, path, java.net.http.HttpRequest.BodyPublishers.ofString(body), headers);
    }

    @Test
    void whoAmI() {
        assertThat(registry.get("/api/access/me", ADMIN).json().toString())
                .isEqualTo("{\"kind\":\"account\",\"name\":\"admin\",\"groups\":[\"administrators\"],\"administrator\":true}");
        assertThat(registry.get("/api/access/me").json().path("kind").stringValue()).isEqualTo("anonymous");
    }

    @Test
    void anAccountIsMadeListedChangedAndDeleted() {
        Answer made = send(
                "POST", "/api/access/accounts",
                "{\"name\":\"ida\",\"password\":\"ida's secret\",\"groups\":[\"web\"]}", ADMIN);
        assertThat(made).hasStatus(201);
        assertThat(made.text()).doesNotContain("secret").doesNotContain("$2");
        assertThat(registry.get("/v2/", basic("ida", "ida's secret"))).hasStatus(200);

        Answer page = registry.get("/api/access/accounts?n=1", ADMIN);
        assertThat(page.json().path("accounts").size()).isEqualTo(1);
        assertThat(page.header("Link")).isEqualTo("</api/access/accounts?n=1&after=admin>; rel=\"next\"");

        assertThat(send("PATCH", "/api/access/accounts/ida", "{\"password\":\"a new secret\"}", ADMIN)).hasStatus(200);
        Awaitility.await().untilAsserted(() -> {
            assertThat(registry.get("/v2/", basic("ida", "ida's secret"))).hasStatus(401);
            assertThat(registry.get("/v2/", basic("ida", "a new secret"))).hasStatus(200);
        });
        assertThat(registry.delete("/api/access/accounts/ida", ADMIN)).hasStatus(204);
        assertThat(registry.delete("/api/access/accounts/ida", ADMIN)).isError(404, ErrorCode.ACCOUNT_UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"name":"x"}                                            | 400
            {"name":"x","password":"short"}                         | 400
            {"name":"a:b","password":"long enough"}                 | 400
            {"name":"x","password":"long enough","nonsense":1}      | 400
            {"name":"x","password":"long enough","groups":"web"}    | 400
            {"name":"admin","password":"long enough"}               | 409
            []                                                      | 400
            {                                                       | 400
            """)
    void anAccountThatCannotBeIsRefused(String body, int status) {
        assertThat(send("POST", "/api/access/accounts", body, ADMIN)).hasStatus(status);
    }

    @Test
    void theLastAdministratorStays() {
        assertThat(registry.delete("/api/access/accounts/admin", ADMIN)).isError(409, ErrorCode.DENIED);
    }

    @Test
    void accountsAreForAdministrators() {
        assertThat(registry.get("/api/access/accounts")).isError(401, ErrorCode.UNAUTHORIZED);
        assertThat(registry.get("/api/access/accounts", basic("mia", "mia's secret"))).isError(403, ErrorCode.DENIED);
    }

    @Test
    void noOtherSitesPageMayChangeAnything() {
        assertThat(registry.delete(
                        "/api/access/accounts/mia", ADMIN[0], ADMIN[1], "Sec-Fetch-Site", "cross-site"))
                .isError(403, ErrorCode.DENIED);
    }

    private String robot(String name, String more, String... maker) {
        Answer made = send(
                "POST", "/api/access/robots", "{\"name\":\"" + name + "\",\"repositories\":[\"mia/**\"]" + more + "}", maker);
        assertThat(made).hasStatus(201);
        return made.json().path("secret").stringValue();
    }

    @Test
    void aMaintainerMakesARobotThatDoesNoMoreThanItsMaker() {
        String[] mia = basic("mia", "mia's secret");
        String secret = robot("ci", ",\"actions\":[\"pull\",\"push\",\"delete\"]", mia);
        assertThat(secret).matches("strata_robot_[0-9A-Za-z]{42}");
        String[] ci = basic("ci", secret);
        assertThat(registry.post("/v2/mia/web/blobs/uploads/", ci)).hasStatus(202);
        assertThat(registry.delete("/v2/mia/web/manifests/v1", ci)).isError(403, ErrorCode.DENIED);
        assertThat(registry.get("/v2/other/web/tags/list", ci)).isError(404, ErrorCode.NAME_UNKNOWN);
        assertThat(registry.get("/v2/", "Authorization", "Bearer " + secret)).hasStatus(200);

        Answer list = registry.get("/api/access/robots", mia);
        assertThat(list.json().path("robots").path(0).path("name").stringValue()).isEqualTo("ci");
        assertThat(list.text()).doesNotContain("strata_robot_");
        assertThat(registry.get("/api/access/robots", basic("nat", "nat's secret")).json().path("robots").size()).isZero();

        policy.become("grants: [{who: 'account:mia', on: mia/**, may: [pull, maintain]}]");
        assertThat(registry.post("/v2/mia/web/blobs/uploads/", ci)).as("its maker may push no more").hasStatus(403);
        assertThat(registry.delete("/api/access/robots/ci", basic("nat", "nat's secret")))
                .isError(404, ErrorCode.ACCOUNT_UNKNOWN);
        assertThat(registry.delete("/api/access/robots/ci", mia)).hasStatus(204);
        Awaitility.await().untilAsserted(
                () -> assertThat(registry.get("/v2/", ci)).hasStatus(401));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "repository:mia/web:maintain", "repository:mia/x:*"})
    void aTokenMakesAndTakesOverNoRobot(String scope) {
        String[] mia = basic("mia", "mia's secret");
        String secret = robot("kept" + scope.length(), ",\"actions\":[\"pull\",\"push\"]", mia);
        String token = registry.get("/auth/token?service=strata&scope=" + scope, mia).json().path("token").stringValue();
        String[] bearer = {"Authorization", "Bearer " + token};
        assertThat(send(
                        "POST", "/api/access/robots",
                        "{\"name\":\"spy\",\"repositories\":[\"mia/**\"],\"actions\":[\"push\"]}",
                        bearer))
                .isError(403, ErrorCode.DENIED);
        String path = "/api/access/robots/kept" + scope.length();
        assertThat(send("POST", path + "/secrets", "{}", bearer)).isError(403, ErrorCode.DENIED);
        assertThat(registry.delete(path, bearer)).isError(403, ErrorCode.DENIED);
        assertThat(registry.get("/v2/", basic("kept", secret))).hasStatus(200);
    }

    @Test
    void whoTakesANameLaterIsNotTheMakerOfItsRobots() {
        policy.become("grants: [{who: 'account:zoe', on: mia/**, may: [pull, maintain]}]");
        String account = "{\"name\":\"zoe\",\"password\":\"zoe's secret\"}";
        assertThat(send("POST", "/api/access/accounts", account, ADMIN)).hasStatus(201);
        String secret = robot("zoes", ",\"actions\":[\"pull\"]", basic("zoe", "zoe's secret"));
        assertThat(registry.delete("/api/access/accounts/zoe", ADMIN)).hasStatus(204);
        assertThat(send("POST", "/api/access/accounts", account, ADMIN)).hasStatus(201);
        assertThat(registry.get("/v2/", basic("zoes", secret))).hasStatus(401);
        String[] namesake = basic("zoe", "zoe's secret");
        assertThat(registry.get("/api/access/robots", namesake).json().path("robots").size()).isZero();
        assertThat(send("POST", "/api/access/robots/zoes/secrets", "{}", namesake)).hasStatus(404);
        assertThat(registry.delete("/api/access/robots/zoes", namesake)).hasStatus(404);
        robot("zoes-too", ",\"actions\":[\"pull\"]", namesake);
        assertThat(registry.get("/api/access/robots", namesake).json().path("robots").size()).isEqualTo(1);
    }

    @Test
    void aRobotThatIsCalledLikeAnAccountSeesNoneOfItsRobots() {
        policy.become("grants: [{who: 'account:kim', on: mia/**, may: [pull, maintain]}]");
        assertThat(send("POST", "/api/access/accounts", "{\"name\":\"kim\",\"password\":\"kim's secret\"}", ADMIN))
                .hasStatus(201);
        robot("kims", ",\"actions\":[\"pull\"]", basic("kim", "kim's secret"));
        String secret = robot("kim", ",\"actions\":[\"pull\"]", ADMIN);
        assertThat(registry.get("/api/access/robots", basic("kim", secret)).json().path("robots").size()).isZero();
        assertThat(registry.delete("/api/access/robots/kims", basic("kim", secret))).hasStatus(404);
    }

    @Test
    void whoMaintainsNothingMakesNoRobot() {
        assertThat(send(
                        "POST", "/api/access/robots",
                        "{\"name\":\"spy\",\"repositories\":[\"mia/**\"],\"actions\":[\"pull\"]}",
                        basic("nat", "nat's secret")))
                .isError(403, ErrorCode.DENIED);
    }

    @Test
    void whileASecretReplacesAnotherBothWork() {
        String first = robot("turn", ",\"actions\":[\"pull\"]", ADMIN);
        String second = send("POST", "/api/access/robots/turn/secrets", "{\"overlap\":\"PT1H\"}", ADMIN)
                .json().path("secret").stringValue();
        assertThat(registry.get("/v2/", basic("turn", first))).hasStatus(200);
        assertThat(registry.get("/v2/", basic("turn", second))).hasStatus(200);
        String third = send("POST", "/api/access/robots/turn/secrets", "{}", ADMIN).json().path("secret").stringValue();
        Awaitility.await().untilAsserted(() -> {
            assertThat(registry.get("/v2/", basic("turn", first))).hasStatus(401);
            assertThat(registry.get("/v2/", basic("turn", second))).hasStatus(401);
        });
        assertThat(registry.get("/v2/", basic("turn", third))).hasStatus(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"name":"r"}
            {"name":"r","repositories":["mia/**"],"actions":[]}
            {"name":"r","repositories":["mia/**"],"actions":["admin"]}
            {"name":"r","repositories":["mia/**"],"actions":["fly"]}
            {"name":"r","repositories":["A b"],"actions":["pull"]}
            {"name":"r:s","repositories":["mia/**"],"actions":["pull"]}
            {"name":"r","repositories":["mia/**"],"actions":["pull"],"expires_at":"soon"}
            {"name":"r","repositories":["mia/**"],"actions":["pull"],"expires_at":"+1000000000-12-31T23:59:59Z"}
            {"name":"r","repositories":["mia/**"],"actions":["pull"],"expires_at":"-9999-01-01T00:00:00Z"}
            """)
    void aRobotThatCannotBeIsRefused(String body) {
        assertThat(send("POST", "/api/access/robots", body, ADMIN)).hasStatus(400);
    }

    @Test
    void aRobotEnds() {
        String secret = robot("old", ",\"actions\":[\"pull\"],\"expires_at\":\"2020-01-01T00:00:00Z\"", ADMIN);
        assertThat(registry.get("/v2/", basic("old", secret))).hasStatus(401);
    }
}
