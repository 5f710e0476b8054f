package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ComposeFileTest {

    @Test
    void composeUnderstandsTheFileAndEveryServiceKeepsItsData() {
        String text = Docker.command("compose", "--file", "docker-compose.yml", "config", "--format", "json").run().result();

        JsonNode services = Registry.json(text).get("services");

        List<JsonNode> all = services.valueStream().toList();
        assertThat(all).isNotEmpty();
        assertThat(all).allMatch(service -> service.has("image") || service.has("build"), "names an image or how to build it");
        assertThat(all).allMatch(service -> service.has("volumes"), "keeps its data in a volume");
    }
}
