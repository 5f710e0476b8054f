package dev.strata.cache.http;

import static dev.strata.cache.http.CacheCalls.run;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.ChainId;
import dev.strata.oci.Platform;
import dev.strata.step.CanonicalJson;
import dev.strata.step.Step;
import dev.strata.testing.Answer;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Which image of an index a stage stands on, and whose entries it gets. */
@RegistryTest
class ResolvePlatformTest {

    @Autowired
    RegistryClient registry;

    /** An image of one layer. */
    private ManifestJson image(String repository, String platform, TestLayer layer) {
        Platform parts = Platform.of(platform);
        byte[] config = """
                {"os":"%s","architecture":"%s","variant":"%s","rootfs":{"type":"layers","diff_ids":["%s"]}}"""
                .formatted(parts.os(), parts.architecture(), parts.variant().orElse(""), layer.diffId())
                .getBytes(UTF_8);
        registry.pushBlob(repository, config);
        registry.pushBlob(repository, layer.content());
        ManifestJson image = ManifestJson.image(config, layer.content());
        registry.pushManifest(repository, image.digest().toString(), image);
        return image;
    }

    private static ObjectNode named(ManifestJson image, String platform) {
        String[] parts = platform.split("/");
        ObjectNode descriptor = image.descriptor();
        ObjectNode fields = descriptor.putObject("platform").put("os", parts[0]).put("architecture", parts[1]);
        if (parts.length > 2) {
            fields.put("variant", parts[2]);
        }
        return descriptor;
    }

    /** The stack on which a stage stands; empty where its base is not here. */
    private Optional<String> base(CacheCalls cache, String platform) {
        Answer answer = cache.post("resolve", """
                {"platform":"%s","stages":[{"name":"final","base":{"reference":"base"},"steps":[%s]}]}"""
                .formatted(platform, run("make").toJson()));
        assertThat(answer).isJson(200);
        JsonNode chain = answer.json().get("stages").get(0).get("chain_id");
        return chain.isNull() ? Optional.empty() : Optional.of(chain.stringValue());
    }

    /** Index 0 is the layer of the image for {@code linux/amd64/v3}, and so on; none is said as a dash. */
    @ParameterizedTest
    @CsvSource({
        "linux/amd64, 1",
        "linux/amd64/v1, 1",
        "linux/x86_64, 1",
        "linux/amd64/v2, 1",
        "linux/amd64/v3, 0",
        "linux/amd64/v4, 0",
        "linux/arm64, 2",
        "linux/arm64/v8, 2",
        "linux/arm, 4",
        "linux/arm/v7, 4",
        "linux/arm/v6, 3",
        "linux/arm/v5, 3",
        "linux/s390x, 5",
        "linux/riscv64, 6",
        "linux/ppc64le, -"
    })
    void aStageStandsOnTheImageThatABuilderTakes(String platform, String expected) {
        CacheCalls cache = new CacheCalls(registry, "platform/index");
        String repository = cache.repository();
        TestLayer[] layers = new TestLayer[7];
        for (int i = 0; i < layers.length; i++) {
            layers[i] = TestLayer.of(7_000 + i);
        }
        ManifestJson nested = ManifestJson.index(named(image(repository, "linux/s390x", layers[5]), "linux/s390x"));
        registry.pushManifest(repository, nested.digest().toString(), nested);
        ManifestJson attestation = image(repository, "linux/ppc64le", TestLayer.of(7_100));
        registry.pushManifest(repository, "base", ManifestJson.index(
                named(attestation, "unknown/unknown"),
                named(image(repository, "linux/amd64/v3", layers[0]), "linux/amd64/v3"),
                named(image(repository, "linux/amd64", layers[1]), "linux/amd64"),
                named(image(repository, "linux/arm64", layers[2]), "linux/arm64/v8"),
                named(image(repository, "linux/arm/v5", layers[3]), "linux/arm/v5"),
                named(image(repository, "linux/arm/v7", layers[4]), "linux/arm/v7"),
                image(repository, "linux/riscv64", layers[6]).descriptor(),
                nested.descriptor()));
        assertThat(base(cache, platform))
                .isEqualTo(
                        expected.equals("-")
                                ? Optional.empty()
                                : Optional.of(layers[Integer.parseInt(expected)].diffId().toString()));
    }

    @Test
    void nothingIsSaidWhereTheBestMatchIsNotHere() {
        CacheCalls cache = new CacheCalls(registry, "platform/sparse");
        ManifestJson absent = ManifestJson.image("absent".getBytes(UTF_8));
        registry.pushManifest(cache.repository(), "base", ManifestJson.index(
                named(image(cache.repository(), "linux/amd64", TestLayer.of(7_200)), "linux/amd64"),
                named(absent, "linux/amd64/v3")));
        assertThat(base(cache, "linux/amd64/v3")).isEmpty();
        assertThat(base(cache, "linux/amd64/v2")).isPresent();
    }

    /** A cross build: commands of one stage run where the builder is, those of the other one on what is built for. */
    @Test
    void eachStageMayHaveAPlatformOfItsOwn() {
        CacheCalls cache = new CacheCalls(registry, "platform/cross");
        ManifestJson amd = image(cache.repository(), "linux/amd64", TestLayer.of(7_300));
        ManifestJson arm = image(cache.repository(), "linux/arm64", TestLayer.of(7_301));
        registry.pushManifest(cache.repository(), "base", ManifestJson.index(
                named(amd, "linux/amd64"), named(arm, "linux/arm64")));
        Step onAmd = new Step(
                Platform.of("linux/amd64"),
                ChainId.ofLayers(List.of(TestLayer.of(7_300).diffId())),
                run("compile"));
        assertThat(cache.commit(onAmd, TestLayer.of(7_302))).isJson(201);
        String steps = "\"base\":{\"reference\":\"base\"},\"steps\":[" + run("compile").toJson() + "]}";
        JsonNode stages = cache.post("resolve", "{\"platform\":\"linux/arm64\",\"stages\":["
                        + "{\"name\":\"build\",\"platform\":\"linux/amd64\"," + steps
                        + ",{\"name\":\"final\"," + steps + "]}")
                .json()
                .get("stages");
        assertThat(stages.get(0).get("steps").get(0).get("status").stringValue()).isEqualTo("hit");
        assertThat(stages.get(0).get("steps").get(0).get("key").stringValue()).isEqualTo(onAmd.key().toString());
        assertThat(stages.get(1).get("steps").get(0).get("status").stringValue()).isEqualTo("miss");
        assertThat(stages.get(1).get("chain_id").stringValue())
                .isEqualTo(TestLayer.of(7_301).diffId().toString());
    }

    /** Whatever a client calls a platform, its step is found under the name that everybody uses. */
    @ParameterizedTest
    @CsvSource({
        "linux/arm64, linux/arm64/v8",
        "linux/arm64/v8, linux/aarch64",
        "linux/aarch64/v8, linux/arm64",
        "linux/amd64/v1, linux/amd64",
        "linux/x86_64, linux/amd64/v1",
        "linux/armhf, linux/arm"
    })
    void aStepHasOneKeyHoweverItsPlatformIsWritten(String written, String asked) {
        CacheCalls cache = new CacheCalls(registry, "platform/key-" + written.replace('/', '-'));
        TestLayer layer = TestLayer.of(7_400);
        registry.pushBlob(cache.repository(), layer.content());
        Step step = new Step(Platform.of(written), Optional.empty(), run("make"));
        ObjectNode body = CacheCalls.entry(step, layer);
        ObjectNode spelled = step.toJson().put("platform", written);
        body.set("step", spelled);
        Answer committed = cache.put(Step.keyOf(CanonicalJson.of(spelled)), body);
        assertThat(committed).isJson(201);
        assertThat(committed.json().get("key").stringValue()).isEqualTo(step.key().toString());
        assertThat(cache.put(step.key(), body)).isJson(200);
        JsonNode found = cache.post("resolve", """
                {"platform":"%s","stages":[{"name":"final","base":"scratch","steps":[%s]}]}"""
                .formatted(asked, run("make").toJson())).json();
        assertThat(found.at("/stages/0/steps/0/status").stringValue()).isEqualTo("hit");
        assertThat(found.at("/stages/0/steps/0/key").stringValue()).isEqualTo(step.key().toString());
    }

    @Test
    void aSpaceIsAPlusOrPercentTwenty() {
        CacheCalls cache = new CacheCalls(registry, "platform/plus");
        Step step = new Step(Platform.of("linux/amd64"), Optional.empty(), run("echo one"));
        assertThat(cache.commitIn("a-b", step, TestLayer.of(7_500))).isJson(201);
        Map.of("plus", "RUN+echo+one", "percent", "RUN%20echo%20one").forEach((name, instruction) ->
                assertThat(registry.get(cache.path("layer?parent=scratch&scopes=a-b&platform=linux/amd64&instruction="
                                + instruction)))
                        .as(name)
                        .isJson(200));
        assertThat(registry.get(cache.path("layer?parent=scratch&scopes=a-b&platform=linux/amd64&instruction=RUN%20a%2Bb")))
                .isJson(404);
        assertThat(registry.delete(cache.path("entries?builder=test%2F1&since=2020-01-01T00:00:00+02:00"))).isJson(202);
    }
}
