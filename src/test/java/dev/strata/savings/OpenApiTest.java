package dev.strata.savings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.savings.figures.Snapshots;
import dev.strata.testing.Answer;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.OpenApiDocument;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The OpenAPI document says what the answers are. */
@RegistryTest
class OpenApiTest {

    @Autowired
    RegistryClient registry;

    @Autowired
    Snapshots snapshots;

    @Autowired
    RequestMappingHandlerMapping requestMappingHandlerMapping;

    private OpenApiDocument document = new OpenApiDocument(JsonMapper.shared().createObjectNode());

    @BeforeEach
    void read() {
        document = OpenApiDocument.of(registry);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/savings, /api/savings, 200",
        "/api/savings/repositories?n=1, /api/savings/repositories, 200",
        "/api/savings/repositories?n=x, /api/savings/repositories, 400",
        "/api/savings/repositories/open/api/tags, /api/savings/repositories/{name}/tags, 200",
        "/api/savings/repositories/open/none/tags, /api/savings/repositories/{name}/tags, 404",
        "/api/savings/repositories/open/api/image?reference=1, /api/savings/repositories/{name}/image, 200",
        "/api/savings/repositories/open/api/image?reference=multi, /api/savings/repositories/{name}/image, 200",
        "/api/savings/repositories/open/api/image?reference=chart, /api/savings/repositories/{name}/image, 200",
        "/api/savings/layers, /api/savings/layers, 200",
        "/api/savings/layers?depth=1&breadth=1, /api/savings/layers, 200",
        "/api/savings/bases, /api/savings/bases, 200",
        "/api/savings/work, /api/savings/work, 200",
        "/api/savings/history, /api/savings/history, 200",
        "/api/savings/history?step=week, /api/savings/history, 400"
    })
    void answersAreAsTheDocumentSays(String request, String path, int status) {
        ManifestJson image = registry.pushBlobsOf("open/api", 500_001);
        registry.pushManifest("open/api", "1", image);
        registry.pushImage("open/api", "2", 500_002);
        registry.pushManifest("open/other", "1", pushed("open/other", 500_001));
        registry.pushManifest("open/api", "multi", ManifestJson.index(image.descriptor()));
        registry.pushManifest("open/api", "chart", image.artifactType("application/vnd.example.chart"));
        snapshots.take();
        Answer answer = registry.get(request);
        assertThat(answer).hasStatus(status);
        document.check("get", path, answer);
    }

    private ManifestJson pushed(String repository, int seed) {
        return registry.pushBlobsOf(repository, seed);
    }

    @Test
    void blobsAndDeletionsAreAsTheDocumentSays() {
        ManifestJson image = registry.pushBlobsOf("open/blob", 500_003);
        registry.pushManifest("open/blob", "1", image);
        String digest = image.json().at("/layers/0/digest").stringValue();
        document.check("get", "/api/savings/blobs/{digest}", registry.get("/api/savings/blobs/" + digest));
        byte[] wish = "{\"tags\":[{\"repository\":\"open/blob\",\"names\":[\"1\"]}]}".getBytes(StandardCharsets.UTF_8);
        document.check("post", "/api/savings/freed", registry.post("/api/savings/freed", wish));
        document.check("post", "/api/savings/freed", registry.post("/api/savings/freed", new byte[0]));
    }

    @Test
    void everyEndpointIsInTheDocument() {
        Set<String> served = requestMappingHandlerMapping.getHandlerMethods().keySet().stream()
                .flatMap(mapping -> mapping.getPatternValues().stream()
                        .filter(pattern -> pattern.startsWith("/api/savings"))
                        .map(pattern -> (mapping.getMethodsCondition().getMethods().contains(RequestMethod.POST)
                                        ? "post "
                                        : "get ")
                                + pattern))
                .collect(Collectors.toSet());
        assertThat(served).hasSizeGreaterThan(6);
        Set<String> documented = document.operations();
        for (String operation : served) {
            if (operation.endsWith("/{*path}")) {
                assertThat(documented).contains(
                        operation.replace("{*path}", "{name}/tags"), operation.replace("{*path}", "{name}/image"));
            } else {
                assertThat(documented).contains(operation);
            }
        }
    }

    @Test
    void anAnswerThatTheDocumentDoesNotKnowWouldBeSeen() {
        JsonNode wrong = JsonMapper.shared().readTree("{\"digest\":\"sha256:1\",\"size\":\"1\",\"more\":1}");
        assertThat(document.problems("Blob", wrong)).hasSizeGreaterThan(3);
    }
}
