package dev.strata.cache.http;

import static dev.strata.cache.http.CacheCalls.entry;
import static dev.strata.cache.http.CacheCalls.run;
import static dev.strata.cache.http.CacheCalls.step;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.ChainId;
import dev.strata.problem.ErrorCode;
import dev.strata.step.Step;
import dev.strata.step.StepKey;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.node.ObjectNode;

/** What is no entry, or not what it is said to be, is refused. */
@RegistryTest
class EntryRefusalTest {

    private static final Optional<ChainId> PARENT = Optional.of(ChainId.of("sha256:" + "a".repeat(64)));

    @Autowired
    RegistryClient registry;

    @Test
    void anotherKeyThanTheStepsIsRefused() {
        CacheCalls cache = new CacheCalls(registry, "cache/key");
        Step step = step(PARENT, run("key"));
        TestLayer layer = TestLayer.of(18);
        registry.pushBlob(cache.repository(), layer.content());
        StepKey other = step(PARENT, run("other")).key();
        assertThat(cache.put(other, entry(step, layer)))
                .isError(400, ErrorCode.STEP_INVALID, "field", "key", "actual", step.key().toString());
        assertThat(cache.get(other, "")).hasStatus(404);
        assertThat(cache.get(step.key(), "")).hasStatus(404);
    }

    @Test
    void aLayerThatIsNotWhatWasSaidIsRefused() {
        CacheCalls cache = new CacheCalls(registry, "cache/liar");
        Step step = step(PARENT, run("liar"));
        TestLayer layer = TestLayer.of(19);
        registry.pushBlob(cache.repository(), layer.content());
        ObjectNode wrong = entry(step, layer).put("diff_id", TestLayer.of(20).diffId().toString());
        assertThat(cache.put(step.key(), wrong))
                .isError(400, ErrorCode.DIGEST_INVALID, "actual", layer.diffId().toString());
        ObjectNode size = entry(step, layer);
        ((ObjectNode) size.get("layer")).put("size", 1);
        assertThat(cache.put(step.key(), size)).isError(400, ErrorCode.SIZE_INVALID, "declared", "1");
        ObjectNode plain = entry(step, layer);
        ((ObjectNode) plain.get("layer")).put("mediaType", TestLayer.PLAIN);
        assertThat(cache.put(step.key(), plain)).isError(400, ErrorCode.DIGEST_INVALID);
        ObjectNode zstd = entry(step, layer);
        ((ObjectNode) zstd.get("layer")).put("mediaType", TestLayer.PLAIN + "+zstd");
        assertThat(cache.put(step.key(), zstd)).isError(400, ErrorCode.DIGEST_INVALID);
        ObjectNode foreign = entry(step, layer);
        ((ObjectNode) foreign.get("layer")).put("mediaType", "text/plain");
        assertThat(cache.put(step.key(), foreign)).isError(400, ErrorCode.DIGEST_INVALID, "mediaType", "text/plain");
        TestLayer cut = new TestLayer(Content.slice(layer.content(), 0, 1_000), layer.diffId(), TestLayer.GZIP);
        assertThat(cache.commit(step, cut)).isError(400, ErrorCode.DIGEST_INVALID);
        assertThat(cache.get(step.key(), "")).hasStatus(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "{}", "\"x\"", "{\"step\":{},\"step\":{}}"})
    void whatIsNoEntryIsRefused(String body) {
        StepKey key = step(PARENT, run("broken")).key();
        CacheCalls cache = new CacheCalls(registry, "cache/broken");
        assertThat(registry.put(cache.path("entries/" + key), body.getBytes(UTF_8)))
                .isError(400, ErrorCode.STEP_INVALID);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"diff_id":null}                        | diff_id
            {"diff_id":1}                           | diff_id
            {"exec_ms":-1}                          | exec_ms
            {"exec_ms":"1"}                         | exec_ms
            {"exec_ms":2592000001}                  | exec_ms
            {"exec_ms":4611686018427387904}         | exec_ms
            {"builder":"\\u0007"}                   | builder
            {"builder":null}                        | builder
            {"layer":"sha256:x"}                    | layer
            {"layer":{}}                            | layer.size
            {"lease":"x"}                           | lease
            {"surprise":1}                          | surprise
            {"step":{"v":1}}                        | platform
            {"step":{"v":1,"platform":"linux/amd64","parent":null,"op":"label"}} | op
            """)
    void aFieldThatIsNotWhatItShouldBeIsNamed(String change, String field) {
        CacheCalls cache = new CacheCalls(registry, "cache/fields");
        Step step = step(PARENT, run("fields"));
        TestLayer layer = TestLayer.of(21);
        registry.pushBlob(cache.repository(), layer.content());
        ObjectNode body = entry(step, layer);
        body.setAll((ObjectNode) CacheCalls.json(change));
        assertThat(cache.put(step.key(), body)).isError(400, ErrorCode.STEP_INVALID, "field", field);
        assertThat(cache.get(step.key(), "")).hasStatus(404);
    }

    @ParameterizedTest
    @CsvSource({
        "entries/sha256:short, 400",
        "entries/nonsense, 400",
        "entries/%K?scopes=a%20b, 400",
        "entries/%K?scopes=1%2C2%2C3%2C4%2C5%2C6%2C7%2C8%2C9%2C10%2C11%2C12%2C13%2C14%2C15%2C16%2C17, 400",
        "entries/%K?max_age=soon, 400",
        "entries/%K?max_age=-1, 400",
        "entries/%K?trust=blind, 400",
        "entries/%K?lease_ttl_s=x, 400",
        "stats?window=ever, 400",
        "stats?by=weather, 400"
    })
    void badParametersAreRefused(String endpoint, int status) {
        CacheCalls cache = new CacheCalls(registry, "cache/parameters");
        String key = step(PARENT, run("x")).key().toString();
        Answer refused = registry.get(cache.path(endpoint.replace("%K", key)));
        assertThat(refused).isJson(status);
        assertThat(refused.json().get("errors").get(0).get("detail")).isNotEmpty();
    }

    @Test
    void aBodyHasALimit() {
        CacheCalls cache = new CacheCalls(registry, "cache/large");
        byte[] large = new byte[1024 * 1024 + 1];
        StepKey key = step(PARENT, run("large")).key();
        assertThat(registry.put(cache.path("entries/" + key), large)).isError(413, ErrorCode.SIZE_INVALID);
        assertThat(registry.stream("PUT", cache.path("entries/" + key), large)).isError(413, ErrorCode.SIZE_INVALID);
    }
}
