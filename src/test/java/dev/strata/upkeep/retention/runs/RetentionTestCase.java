package dev.strata.upkeep.retention.runs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.oci.Digest;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.upkeep.collection.CollectionTestCase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import tools.jackson.databind.JsonNode;

/** A registry with rules of retention, as whoever administers it uses them. */
abstract class RetentionTestCase extends CollectionTestCase {

    static final String PATH = "/api/upkeep/retention";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** In the language of requests, where single quotes stand for double ones. */
    Answer putRule(String name, String rule) {
        return registry.put(
                PATH + "/rules/" + name, rule.replace('\'', '"').getBytes(UTF_8), "Content-Type", "application/json");
    }

    void rule(String name, String rule) {
        assertThat(putRule(name, rule)).hasStatus(200);
    }

    @AfterEach
    void removeAllRules() {
        registry.get(PATH + "/rules")
                .json()
                .path("rules")
                .forEach(rule -> registry.delete(PATH + "/rules/" + rule.path("name").stringValue()));
    }

    /** Makes a plan with an upper limit of all, and waits for it. */
    String preview(String repositories) {
        return preview(repositories, 100);
    }

    String preview(String repositories, int cap) {
        return previewOf("{'repositories': ['" + repositories + "'], 'cap': " + cap + "}");
    }

    String previewOf(String wish) {
        CLOCK.moveOn(Duration.ofSeconds(1));
        Answer begun = registry.post(
                PATH + "/preview", wish.replace('\'', '"').getBytes(UTF_8), "Content-Type", "application/json");
        assertThat(begun).hasStatus(202);
        String id = begun.json().path("id").stringValue();
        awaitNot(id, "counting");
        return id;
    }

    private void awaitNot(String id, String state) {
        await("the plan").atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(20)).until(() -> !plan(id).path("state").stringValue().equals(state));
    }

    JsonNode plan(String id) {
        Answer answer = registry.get(PATH + "/plans/" + id + "?n=1");
        assertThat(answer).hasStatus(200);
        return answer.json();
    }

    /** All images of a plan, in pages of some. */
    List<JsonNode> images(String id) {
        List<JsonNode> images = new ArrayList<>();
        String after = "0";
        while (!after.isEmpty()) {
            JsonNode page = registry.get(PATH + "/plans/" + id + "?n=3&after=" + after).json();
            page.path("images").forEach(images::add);
            after = page.path("next").stringValue("");
        }
        return images;
    }

    JsonNode image(String id, Digest digest) {
        return images(id).stream()
                .filter(image -> image.path("digest").stringValue().equals(digest.toString()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(digest + " is no image of the plan"));
    }

    String decision(String id, Digest digest) {
        return image(id, digest).path("decision").stringValue();
    }

    String reason(String id, Digest digest) {
        return image(id, digest).path("reason").stringValue();
    }

    /** Runs a plan to its end. */
    JsonNode run(String id) {
        CLOCK.moveOn(Duration.ofSeconds(1));
        assertThat(registry.post(PATH + "/plans/" + id + "/run")).hasStatus(202);
        awaitNot(id, "running");
        return plan(id).path("run");
    }

    void undo(String id) {
        assertThat(registry.post(PATH + "/runs/" + id + "/undo")).hasStatus(202);
        awaitNot(id, "restoring");
    }

    /** A cluster says what it runs, for an hour. */
    Answer inUse(String source, String image) {
        return registry.put(
                "/api/upkeep/in-use/" + source,
                ("{\"seconds\":3600,\"images\":[" + (image.isEmpty() ? "" : "\"" + image + "\"") + "]}").getBytes(UTF_8),
                "Content-Type",
                "application/json");
    }

    /** An image with layers of its own and some that others may have too. */
    ManifestJson push(String repository, long seed, byte[]... shared) {
        byte[] config = Content.random(seed, 120);
        byte[] layer = Content.random(seed + 1, 1_000);
        List<byte[]> layers = new ArrayList<>(List.of(layer));
        layers.addAll(List.of(shared));
        registry.pushBlob(repository, config);
        layers.forEach(each -> registry.pushBlob(repository, each));
        return ManifestJson.image(config, layers.toArray(byte[][]::new));
    }

    Digest pushTagged(String repository, String tag, long seed, byte[]... shared) {
        return registry.pushManifest(repository, tag, push(repository, seed, shared));
    }

    boolean isThere(String repository, Object reference) {
        return registry.head("/v2/" + repository + "/manifests/" + reference, "User-Agent", "scanner/1").status() == 200;
    }

    /** Nothing can be taken back any more, and nobody was promised anything. */
    void giveUpAll() {
        assertThat(registry.post("/api/upkeep/empty")).hasStatus(200);
        pass(LONG);
    }
}
