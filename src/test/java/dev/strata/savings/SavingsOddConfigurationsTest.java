package dev.strata.savings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Whatever a configuration says or does not say, its image has its figures and its layers. */
@RegistryTest
class SavingsOddConfigurationsTest {

    @Autowired
    RegistryClient registry;

    static Stream<String> configurations() {
        return Stream.of(
                "",
                "{",
                "[]",
                "null",
                "{}",
                "{'history': null}",
                "{'history': []}",
                "{'history': {}}",
                "{'history': 'none'}",
                "{'history': [null]}",
                "{'history': [null, null]}",
                "{'history': [{}]}",
                "{'history': [{}, {}]}",
                "{'history': [{}, {}, {}]}",
                "{'history': [{'empty_layer': true}, {'empty_layer': true}]}",
                "{'history': [{'empty_layer': 'true'}, {'empty_layer': null}]}",
                "{'history': [{'created_by': null}, {'created_by': 7}]}",
                "{'history': [{'created': 'yesterday', 'created_by': 'RUN a'}, {'created': 5, 'created_by': 'RUN b'}]}",
                "{'rootfs': null, 'history': [{'created_by': 'RUN a'}, {'created_by': 'RUN b'}]}",
                "{'rootfs': {'diff_ids': null}, 'config': null, 'history': [{'created_by': 'RUN a'}, null, {'created_by': 'RUN b'}]}",
                "{'rootfs': {'diff_ids': ['none', 3]}, 'os': null, 'architecture': 3}",
                "{'os': ' ', 'architecture': 'AMD64', 'created': ''}");
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void anyConfigurationWillDo(String text) {
        String repository = "odd/configuration";
        byte[] config = text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        byte[] first = ("first of " + text).getBytes(StandardCharsets.UTF_8);
        byte[] second = ("second of " + text).getBytes(StandardCharsets.UTF_8);
        registry.pushBlob(repository, config);
        registry.pushBlob(repository, first);
        registry.pushBlob(repository, second);
        ManifestJson image = ManifestJson.image(config, first, second);
        registry.pushManifest(repository, "latest", image);
        Api api = new Api(registry);
        assertThat(api.get("").path("set_aside").intValue()).isZero();
        JsonNode report = api.get("/repositories/" + repository + "/image?reference=latest");
        assertThat(report.path("full").longValue())
                .isEqualTo(image.bytes().length + config.length + first.length + second.length);
        long layers = report.path("steps").valueStream().filter(step -> step.has("layer")).count();
        assertThat(layers).isEqualTo(2);
        String stack = report.path("steps").valueStream()
                .filter(step -> step.has("layer"))
                .reduce((below, above) -> above)
                .orElseThrow()
                .at("/layer/stack")
                .stringValue();
        assertThat(api.get("/layers?stack=" + stack).path("path")).hasSize(2);
    }

    /** Histories may tell of layers that the image does not have. */
    @ParameterizedTest
    @MethodSource("configurations")
    void anyConfigurationWillDoWithoutLayers(String text) {
        String repository = "odd/empty";
        byte[] config = text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        registry.pushBlob(repository, config);
        registry.pushManifest(repository, "latest", ManifestJson.image(config));
        JsonNode report = new Api(registry).get("/repositories/" + repository + "/image?reference=latest");
        assertThat(report.path("steps").valueStream().filter(step -> step.has("layer"))).isEmpty();
    }
}
