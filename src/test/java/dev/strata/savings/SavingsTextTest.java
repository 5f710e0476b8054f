package dev.strata.savings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Instructions hold any text. Whatever it is, its image is counted, and shown. */
@RegistryTest
class SavingsTextTest {

    @Autowired
    RegistryClient registry;

    /** As they stand in JSON. */
    static List<String> texts() {
        return List.of(
                "\uD83D\uDE80".repeat(150),
                "a" + "\uD83D\uDE80".repeat(120),
                "x".repeat(199) + "\uD83D\uDE80",
                "e\u0301".repeat(300),
                "x".repeat(100_000),
                "a\\u0000b",
                "\\u0000".repeat(300),
                "\\ud83d ".repeat(120),
                "x".repeat(199) + "\\ud83d",
                "\\udc00".repeat(250),
                "\u202e" + "\u05d0\u05d1".repeat(150),
                "\\u001b[31m \\u0007 \\r\\n",
                "'; drop table tag; --",
                "");
    }

    @ParameterizedTest
    @MethodSource("texts")
    void anyTextIsCounted(String text) {
        String repository = "text/any";
        byte[] layer = ("layer of " + text).getBytes(StandardCharsets.UTF_8);
        byte[] config = ("{\"architecture\": \"amd64\", \"os\": \"linux\", \"rootfs\": {\"type\": \"layers\", \"diff_ids\": []},"
                        + " \"history\": [{\"created_by\": \"" + text + "\", \"comment\": \"" + text + "\"}]}")
                .getBytes(StandardCharsets.UTF_8);
        registry.pushBlob(repository, layer);
        registry.pushBlob(repository, config);
        ManifestJson image = ManifestJson.image(config, layer);
        registry.pushManifest(repository, "latest", image);
        Api api = new Api(registry);
        assertThat(api.get("").path("set_aside").intValue()).isZero();
        JsonNode report = api.get("/repositories/" + repository + "/image?reference=latest");
        assertThat(report.path("full").longValue()).isEqualTo(layer.length + config.length + image.bytes().length);
        String stack = report.at("/steps/0/layer/stack").stringValue();
        JsonNode node = api.get("/layers?stack=" + stack).at("/path/0");
        String told = JsonMapper.shared().readTree("\"" + text + "\"").stringValue();
        assertThat(node.path("created_by").stringValue("")).startsWith(told.isEmpty() ? "" : beginning(told));
    }

    /** What of the first characters is stored as it is. */
    private static String beginning(String text) {
        int end = 0;
        while (end < Math.min(text.length(), 100) && text.charAt(end) > 0 && !Character.isSurrogate(text.charAt(end))) {
            end++;
        }
        return text.substring(0, end);
    }
}
