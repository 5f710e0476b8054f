package dev.strata.cache.http;

import static dev.strata.cache.http.CacheCalls.run;
import static dev.strata.cache.http.CacheCalls.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.ChainId;
import dev.strata.step.Step;
import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** Leases in a scope that not everyone writes. */
@RegistryTest
@TestPropertySource(
        properties = {
            "strata.cache.default-scope=dev",
            "strata.cache.protected-scopes=main,release",
            "strata.cache.protected-token=s3cret"
        })
class ScopeOfLeaseTest {

    private static final String TOKEN = "Strata-Scope-Token";

    @Autowired
    RegistryClient registry;

    private static JsonNode ask(CacheCalls cache, String scope, String... headers) {
        Answer answer = cache.post(
                "resolve",
                "{\"platform\":\"linux/amd64\",\"scopes\":[\"" + scope + "\"],\"lease\":{\"ttl_s\":60},\"stages\":["
                        + "{\"name\":\"final\",\"base\":\"scratch\",\"steps\":[" + run("x").toJson() + "]}]}",
                headers);
        assertThat(answer).isJson(200);
        return answer.json().get("stages").get(0).get("steps").get(0);
    }

    @Test
    void onlyWhoMayWriteAProtectedScopeRunsItsSteps() {
        CacheCalls cache = new CacheCalls(registry, "scope-lease/token");
        registry.pushBlob(cache.repository(), TestLayer.of(1).content()); // it exists
        Step step = step(Optional.empty(), run("x"));
        for (String scope : new String[] {"main", "images"}) {
            String query = "?lease_ttl_s=60&scopes=" + scope;
            assertThat(ask(cache, scope).has("lease")).isFalse();
            assertThat(ask(cache, scope, TOKEN, "guess").has("lease")).isFalse();
            Answer missed = cache.get(step.key(), query);
            assertThat(missed).isJson(404);
            assertThat(missed.json().has("lease")).isFalse();
        }
        assertThat(ask(cache, "images", TOKEN, "s3cret").has("lease")).isFalse();
        assertThat(ask(cache, "main", TOKEN, "s3cret").has("lease")).isTrue();
        assertThat(ask(cache, "release").has("held")).isFalse();
        assertThat(cache.get(step.key(), "?lease_ttl_s=60&scopes=release", TOKEN, "s3cret").json().has("lease"))
                .isTrue();
        assertThat(ask(cache, "dev").has("lease")).isTrue();
    }

    @Test
    void whoCannotHaveALeaseWaitsNoLongerThanTheStepUsuallyTakes() {
        CacheCalls cache = new CacheCalls(registry, "scope-lease/hedge");
        Step before = step(Optional.of(ChainId.of("sha256:" + "b".repeat(64))), run("x"));
        TestLayer layer = TestLayer.of(2);
        registry.pushBlob(cache.repository(), layer.content());
        JsonNode entry = CacheCalls.entry(before, layer).put("exec_ms", 10).put("scope", "main");
        assertThat(cache.put(before.key(), entry, TOKEN, "s3cret")).isJson(201);
        Step step = step(Optional.empty(), run("x"));

        assertThat(ask(cache, "main", TOKEN, "s3cret").has("lease")).isTrue();
        assertThat(ask(cache, "main").has("held")).isTrue();
        assertThat(cache.get(step.key(), "?scopes=main")).isJson(202);
        assertThat(cache.get(step.key(), "?scopes=main", "Prefer", "wait=60")).isJson(404);
        // Or an agent would wait again and again, each time in vain.
        JsonNode missed = ask(cache, "main");
        assertThat(missed.has("held")).isFalse();
        assertThat(missed.has("lease")).isFalse();
    }
}
