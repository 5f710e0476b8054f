package dev.strata.cache.http;

import static dev.strata.cache.http.CacheCalls.run;
import static dev.strata.cache.http.CacheCalls.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.problem.ErrorCode;
import dev.strata.step.Step;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** Layers that explode. */
@RegistryTest
@TestPropertySource(properties = "strata.cache.max-layer-size=1MB")
class ExplodingLayerTest {

    @Autowired
    RegistryClient registry;

    @Test
    void aLayerThatExplodesIsRefused() {
        CacheCalls cache = new CacheCalls(registry, "exploding/bomb");
        Step step = step(Optional.empty(), run("x"));
        assertThat(cache.commitIn("pr-1", step, TestLayer.gzip(new byte[50_000_000])))
                .isError(400, ErrorCode.SIZE_INVALID, "limit", String.valueOf(1024 * 1024));
        assertThat(cache.commitIn("pr-1", step, TestLayer.zstd(new byte[50_000_000])))
                .isError(400, ErrorCode.SIZE_INVALID, "limit", String.valueOf(1024 * 1024));
        assertThat(cache.get(step.key(), "?scopes=pr-1")).isJson(404);
    }
}
