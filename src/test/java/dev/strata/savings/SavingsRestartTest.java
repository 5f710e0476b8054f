package dev.strata.savings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.OwnDataDirectory;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RunningRegistry;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The figures after a registry was stopped and started again. */
class SavingsRestartTest {

    @Test
    void theyGoOnWhereTheyStood() {
        Path data = OwnDataDirectory.create();
        JsonNode before;
        try (RunningRegistry registry = RunningRegistry.start(data)) {
            RegistryClient client = registry.client();
            client.pushImage("restart/a", "1", 1);
            client.pushImage("restart/a", "2", 1);
            client.pushImage("restart/b", "1", 1);
            ManifestJson moved = client.pushBlobsOf("restart/a", 2);
            client.pushManifest("restart/a", "2", moved);
            client.pushBlob("restart/a", Content.random(9, 1_234));
            before = new Api(client).get("");
        }
        try (RunningRegistry registry = RunningRegistry.start(data)) {
            JsonNode after = new Api(registry.client()).get("");
            for (String path : new String[] {
                "/as_if_unshared", "/stored", "/saved", "/waiting", "/counts", "/transfer/uploaded", "/on_disk/blobs"
            }) {
                assertThat(after.at(path)).as(path).isEqualTo(before.at(path));
            }
        }
    }
}
