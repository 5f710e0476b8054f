package dev.strata.cache.http;

import static dev.strata.cache.http.CacheCalls.run;
import static dev.strata.cache.http.CacheCalls.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.ErrorCode;
import dev.strata.step.Step;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** A scope that not everyone writes, and layers that explode. */
@RegistryTest
@TestPropertySource(
        properties = {
            "strata.cache.protected-scopes=main,release",
            "strata.cache.protected-token=secret",
            "strata.cache.max-layer-size=1MB"
        })
class ProtectedScopeTest {

    @Autowired
    RegistryClient registry;

    @Test
    void aProtectedScopeIsWrittenByWhoMay() {
        CacheCalls cache = new CacheCalls(registry, "protected/write");
        Step step = step(Optional.empty(), run("x"));
        TestLayer layer = TestLayer.of(70);
        for (String scope : new String[] {"main", "release"}) {
            assertThat(cache.commitIn(scope, step, layer)).isError(403, ErrorCode.DENIED, "scope", scope);
            assertThat(cache.commitIn(scope, step, layer, "Strata-Scope-Token", "guess"))
                    .isError(403, ErrorCode.DENIED, "scope", scope);
        }
        assertThat(cache.commitIn("pr-1", step, layer)).isJson(201);
        assertThat(cache.commitIn("release", step, layer, "Strata-Scope-Token", "secret")).isJson(201);
        assertThat(registry.delete(cache.path("entries/" + step.key()))).isError(403, ErrorCode.DENIED);
        assertThat(registry.delete(cache.path("entries?builder=test"))).isError(403, ErrorCode.DENIED);
        assertThat(registry.delete(cache.path("entries/" + step.key() + "?scope=pr-1"))).isJson(202);
        assertThat(cache.get(step.key(), "?scopes=release")).isJson(200);
    }

    @Test
    void aLayerThatExplodesIsRefused() {
        CacheCalls cache = new CacheCalls(registry, "protected/bomb");
        Step step = step(Optional.empty(), run("x"));
        assertThat(cache.commitIn("pr-1", step, TestLayer.gzip(new byte[50_000_000])))
                .isError(400, ErrorCode.SIZE_INVALID, "limit", String.valueOf(1024 * 1024));
        assertThat(cache.commitIn("pr-1", step, TestLayer.zstd(new byte[50_000_000])))
                .isError(400, ErrorCode.SIZE_INVALID, "limit", String.valueOf(1024 * 1024));
        assertThat(cache.get(step.key(), "?scopes=pr-1")).isJson(404);
    }
}
