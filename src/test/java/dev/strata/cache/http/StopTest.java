package dev.strata.cache.http;

import static dev.strata.cache.http.CacheCalls.run;
import static dev.strata.cache.http.CacheCalls.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.step.Step;
import dev.strata.testing.OwnDataDirectory;
import dev.strata.testing.RunningRegistry;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A server that is stopped writes what it counted in its last seconds. */
@ExtendWith(OutputCaptureExtension.class)
class StopTest {

    private static final String REPOSITORY = "stop/app";

    @Test
    void whatWasCountedJustBeforeIsThereAfterwards(CapturedOutput output) {
        Path data = OwnDataDirectory.create();
        Step step = step(Optional.empty(), run("x"));
        TestLayer layer = TestLayer.of(1);
        try (RunningRegistry registry = RunningRegistry.start(data)) {
            CacheCalls cache = new CacheCalls(registry.client(), REPOSITORY);
            assertThat(cache.commit(step, layer).status()).isEqualTo(201);
            for (int i = 0; i < 3; i++) {
                assertThat(cache.get(step.key(), "").status()).isEqualTo(200);
            }
            assertThat(registry.client().getBlob(REPOSITORY, layer.digest()).status()).isEqualTo(200);
        }
        assertThat(output.getAll()).doesNotContain("ERROR");
        try (RunningRegistry registry = RunningRegistry.start(data)) {
            CacheCalls cache = new CacheCalls(registry.client(), REPOSITORY);
            JsonNode group = registry.client().get(cache.path("stats")).json().get("groups").get(0);
            assertThat(group.get("hits").intValue()).isEqualTo(3);
            assertThat(group.get("bytes_served").intValue()).isEqualTo(layer.content().length);
            assertThat(cache.get(step.key(), "").json().get("hits").intValue()).isEqualTo(3);
        }
    }

    /** Clients may keep keyed digests to compare them. */
    @Test
    void keyedDigestsAndAnnotationsAreTheSameAfterwards() {
        Path data = OwnDataDirectory.create();
        Step step = step(
                Optional.empty(), CacheCalls.operation("{\"op\":\"run\",\"argv\":[\"x\"],\"env\":{\"A\":\"1\"}}"));
        TestLayer layer = TestLayer.of(2);
        ObjectNode body = CacheCalls.entry(step, layer);
        ((ObjectNode) body.get("layer")).putObject("annotations").put("toc", "1");
        JsonNode before;
        try (RunningRegistry registry = RunningRegistry.start(data)) {
            CacheCalls cache = new CacheCalls(registry.client(), REPOSITORY);
            registry.client().pushBlob(REPOSITORY, layer.content());
            before = cache.put(step.key(), body).json();
        }
        try (RunningRegistry registry = RunningRegistry.start(data)) {
            JsonNode after = new CacheCalls(registry.client(), REPOSITORY).get(step.key(), "").json();
            assertThat(after.get("step")).isEqualTo(before.get("step"));
            assertThat(after.get("layer")).isEqualTo(body.get("layer"));
        }
    }
}
