package dev.strata.savings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.cache.uses.Uses;
import dev.strata.oci.Digest;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the layer cache spared stands among the figures, and beside the layers of an image. */
@RegistryTest
class BuildFiguresTest {

    private static final String CACHE = "/v2/built/app/_strata/cache/";
    private static final String STEP = """
            {"v":1,"platform":"linux/amd64","parent":null,"op":"run","argv":["make"]}""";
    private static final JsonMapper JSON = JsonMapper.shared();

    @Autowired
    RegistryClient registry;

    @Autowired
    Uses uses;

    @Test
    void hitsMissesAndTheTimeSparedAreThoseOfTheCache() {
        byte[] layer = Content.random(901, 2_000);
        Digest diffId = registry.pushBlob("built/app", layer);
        String mediaType = "application/vnd.oci.image.layer.v1.tar";
        uses.flush(); // what other tests asked for
        JsonNode before = build();
        resolve(); // a miss
        String key = key();
        assertThat(registry.put(
                                CACHE + "entries/" + key,
                                """
                                {"step":%s,"layer":{"mediaType":"%s","digest":"%s","size":2000},"diff_id":"%s",
                                 "exec_ms":5000,"builder":"test"}"""
                                        .formatted(STEP, mediaType, diffId, diffId)
                                        .getBytes(StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(201);
        pushImage(layer, diffId, mediaType);
        assertThat(built()).isEqualTo("built");
        resolve(); // a hit
        resolve();
        await().untilAsserted(() -> {
            JsonNode now = build();
            Map<String, Long> more = new HashMap<>();
            for (String figure : new String[] {"asked", "hits", "exec_ms_saved"}) {
                more.put(figure, now.path(figure).longValue() - before.path(figure).longValue());
            }
            assertThat(more).isEqualTo(Map.of("asked", 3L, "hits", 2L, "exec_ms_saved", 10_000L));
            long missed = now.path("misses").properties().stream()
                    .mapToLong(reason -> reason.getValue().longValue())
                    .sum();
            assertThat(missed).isEqualTo(now.path("asked").longValue() - now.path("hits").longValue());
        });
        assertThat(built()).isEqualTo("hit");
    }

    private JsonNode build() {
        return get("/api/savings").path("build");
    }

    private String built() {
        return get("/api/savings/repositories/built/app/image?reference=1")
                .path("steps")
                .path(0)
                .path("built")
                .stringValue();
    }

    private JsonNode get(String path) {
        return JSON.readTree(registry.get(path).body());
    }

    private JsonNode resolve() {
        String request = """
                {"platform":"linux/amd64","stages":[{"name":"","base":"scratch",
                 "steps":[{"op":"run","argv":["make"]}]}]}""";
        return JSON.readTree(registry.post(
                        CACHE + "resolve",
                        request.getBytes(StandardCharsets.UTF_8),
                        "Content-Type",
                        "application/json")
                .body());
    }

    private String key() {
        return "sha256:" + Content.sha256(
                        """
                        {"argv":["make"],"op":"run","parent":null,"platform":"linux/amd64","v":1}"""
                                .getBytes(StandardCharsets.UTF_8))
                .hex();
    }

    private void pushImage(byte[] layer, Digest diffId, String mediaType) {
        byte[] config = """
                {"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["%s"]},
                 "history":[{"created_by":"RUN make"}]}"""
                .formatted(diffId)
                .getBytes(StandardCharsets.UTF_8);
        registry.pushBlob("built/app", config);
        registry.pushManifest("built/app", "1", ManifestJson.image(config, layer));
    }
}
