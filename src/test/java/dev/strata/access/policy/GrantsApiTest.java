package dev.strata.access.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.grants.Grants;
import dev.strata.access.callers.TestCallers;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.RegistryClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** Grants as administrators change them while the registry runs. */
@WithRules
@TestPropertySource(properties = "strata.access.totals=admin") // a registry of its own: others set the policy directly
class GrantsApiTest {

    private static final String[] ROOT = {TestCallers.CALLER, "account root administrators"};
    private static final String[] BOB = {TestCallers.CALLER, "account bob"};

    @Autowired
    RegistryClient registry;

    @Autowired
    StoredPolicy stored;

    @Autowired
    PolicyDatabase database;

    private Answer grant(String json) {
        return registry.post("/api/access/grants", json.getBytes(UTF_8), ROOT);
    }

    @Test
    void areInForceWhenTheAnswerComesAndGoneWhenTheyAreTakenBack() {
        registry.pushImage("api/web", "v1", 1);
        assertThat(registry.getManifest("api/web", "v1", BOB)).isError(404, ErrorCode.NAME_UNKNOWN);
        Answer added = grant("{\"who\":\"account:bob\",\"on\":\"api/*\",\"may\":[\"pull\"]}");
        assertThat(added).isJson(201);
        assertThat(added.json().get("created_by").stringValue()).isEqualTo("root");
        assertThat(registry.getManifest("api/web", "v1", BOB)).hasStatus(200);
        String location = added.location();
        assertThat(location).endsWith("/api/access/grants/" + added.json().get("id"));
        assertThat(registry.delete(location, ROOT)).hasStatus(204);
        assertThat(registry.getManifest("api/web", "v1", BOB)).isError(404, ErrorCode.NAME_UNKNOWN);
        assertThat(registry.delete(location, ROOT)).isError(404, ErrorCode.GRANT_UNKNOWN);
    }

    @Test
    void quotasAreInForceAtOnceToo() {
        byte[] quota = "{\"on\":\"api-small/*\",\"bytes\":\"1KB\"}".getBytes(UTF_8);
        Answer added = registry.post("/api/access/quotas", quota, ROOT);
        assertThat(added).isJson(201);
        byte[] blob = new byte[1_025];
        String push = "/v2/api-small/web/blobs/uploads/?digest=" + Content.sha256(blob);
        assertThat(registry.post(push, blob, ROOT))
                .isError(403, ErrorCode.DENIED, "limit", "1024", "used", "0", "needed", "1025");
        JsonNode listed = registry.get("/api/access/quotas", ROOT).json().path("quotas");
        assertThat(listed.size()).isEqualTo(1);
        assertThat(listed.path(0).path("limit").longValue()).isEqualTo(1_024);
        assertThat(listed.path(0).path("used").longValue()).isZero();
        assertThat(registry.delete(added.location(), ROOT)).hasStatus(204);
        assertThat(registry.post(push, blob, ROOT)).hasStatus(201);
        assertThat(registry.post("/api/access/quotas", "{\"on\":\"x\",\"bytes\":\"much\"}".getBytes(UTF_8), ROOT))
                .isError(400, ErrorCode.UNSUPPORTED);
    }

    /** What another process on the same database changes is looked for each second. */
    @Test
    void areInForceWhereOthersChangedThem() {
        registry.pushImage("api/others", "v1", 1);
        PolicyEntry added = stored.add(
                PolicyEntry.Kind.GRANT, "{\"who\":\"account:bob\",\"on\":\"api/others\",\"may\":\"pull\"}", "another");
        database.follow();
        assertThat(registry.getManifest("api/others", "v1", BOB)).hasStatus(200);
        stored.remove(PolicyEntry.Kind.GRANT, added.id());
        database.follow();
        assertThat(registry.getManifest("api/others", "v1", BOB)).isError(404, ErrorCode.NAME_UNKNOWN);
    }

    @Test
    void keepTagsImmutable() {
        registry.pushImage("api/kept", "v1", 1);
        Answer added = registry.post(
                "/api/access/immutable", "{\"on\":\"api/kept\",\"tags\":\"v*\"}".getBytes(UTF_8), ROOT);
        assertThat(added).isJson(201);
        assertThat(registry.delete(RegistryClient.manifest("api/kept", "v1"))).isError(409, ErrorCode.DENIED);
        assertThat(registry.get("/api/access/immutable", ROOT).text()).contains("\"tags\":\"v*\"");
        assertThat(registry.delete(added.location(), ROOT)).hasStatus(204);
        assertThat(registry.delete(RegistryClient.manifest("api/kept", "v1"))).hasStatus(202);
    }

    @Test
    void areListedInPages() {
        for (int i = 0; i < 5; i++) {
            assertThat(grant("{\"who\":\"robot:page-" + i + "\",\"on\":\"api/paged\",\"may\":\"pull\"}")).isJson(201);
        }
        List<String> listed = new ArrayList<>();
        String path = "/api/access/grants?n=2";
        while (!path.isEmpty()) {
            Answer page = registry.get(path, ROOT);
            assertThat(page).isJson(200);
            assertThat(page.json().get("source").stringValue()).isEqualTo("database");
            assertThat(page.json().get("grants").size()).isLessThanOrEqualTo(2);
            for (JsonNode grant : page.json().get("grants")) {
                listed.add(grant.get("who").toString());
            }
            path = page.find("Link").map(link -> link.substring(1, link.indexOf('>'))).orElse("");
        }
        assertThat(listed).containsSubsequence(
                "\"robot:page-0\"", "\"robot:page-1\"", "\"robot:page-2\"", "\"robot:page-3\"", "\"robot:page-4\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "[]", "1", "null", "\"x\"", "{}", "{\"who\":\"bob\",\"on\":\"x\",\"may\":\"pull\"}",
        "{\"who\":\"anyone\",\"on\":\"x\",\"may\":\"write\"}", "{\"who\":\"anyone\",\"on\":\"x\",\"may\":\"pull\"} {}",
        "{\"who\":\"anyone\",\"on\":\"x\",\"may\":\"pull\",\"id\":1}",
        "{\"who\":\"anyone\",\"on\":\"x\",\"may\":\"pull\"}],\"immutable\":[{\"on\":\"x\",\"tags\":\"x\"}",
        "{\"who\":{\"issuer\":\"https://x\",\"claims\":{\"aud\":\"strata\"}},\"on\":\"x\",\"may\":\"pull\"}"
    })
    void areRefusedWhereTheyAreNone(String json) {
        assertThat(grant(json)).isError(400, ErrorCode.UNSUPPORTED);
    }

    @Test
    void areForAdministrators() {
        assertThat(registry.get("/api/access/grants", BOB)).isError(403, ErrorCode.DENIED);
        assertThat(registry.post("/api/access/grants", "{}".getBytes(UTF_8), BOB)).isError(403, ErrorCode.DENIED);
        assertThat(registry.get("/api/access/explain?as=anonymous&on=x&may=pull", BOB)).isError(403, ErrorCode.DENIED);
        assertThat(registry.get("/api/access/grants", TestCallers.CALLER, "anonymous")).isError(401, ErrorCode.UNAUTHORIZED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            robot:explained                                          | pull  |            | true
            robot:explained                                          | push  |            | false
            robot:explained                                          | cache | pr-1       | true
            robot:explained                                          | cache | main       | false
            account:explained                                        | pull  |            | false
            group:explained                                          | push  |            | true
            anonymous                                                | pull  |            | false
            issuer:https://gitlab.example&claim=project_path=a/b     | pull  |            | true
            issuer:https://gitlab.example&claim=project_path=a/c     | pull  |            | false
            """)
    void areExplained(String as, String may, String scope, boolean allowed) {
        grant("{\"who\":\"robot:explained\",\"on\":\"api/explained\",\"may\":[\"pull\",\"cache\"],\"cache\":\"pr-*\"}");
        grant("{\"who\":\"group:explained\",\"on\":\"api/*\",\"may\":\"push\"}");
        grant("{\"who\":{\"issuer\":\"https://gitlab.example\",\"claims\":{\"project_path\":\"a/b\"}},"
                + "\"on\":\"api/explained\",\"may\":\"pull\"}");
        Answer answer = registry.get(
                "/api/access/explain?on=api/explained&may=" + may + "&as=" + as + (scope == null ? "" : "&scope=" + scope),
                ROOT);
        assertThat(answer).isJson(200);
        assertThat(answer.json().get("allowed").booleanValue()).isEqualTo(allowed);
        assertThat(answer.json().get("by").isEmpty()).isEqualTo(!allowed);
        if (allowed) {
            assertThat(answer.json().get("by").get(0).get("name").stringValue()).startsWith("number ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"as=bob&on=x&may=pull", "as=robot:ci&on=x&may=write", "as=robot:ci&on=X&may=pull", "on=x&may=pull"})
    void whatNobodyCanAskIsRefused(String query) {
        assertThat(registry.get("/api/access/explain?" + query, ROOT).status()).isEqualTo(400);
    }
}
