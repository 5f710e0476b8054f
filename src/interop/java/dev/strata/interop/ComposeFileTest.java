package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ComposeFileTest {

    private static JsonNode services(String... options) {
        String text = Docker.command("compose", "--file", "docker-compose.yml")
                .and(options)
                .and("config", "--format", "json")
                .run()
                .result();
        return Registry.json(text).get("services");
    }

    @Test
    void composeUnderstandsTheFileAndEveryServiceKeepsItsData() {
        JsonNode alone = services();
        JsonNode all = services("--profile", "replicas");

        assertThat(alone.propertyNames()).containsExactly("strata");
        assertThat(all.propertyNames())
                .containsExactlyInAnyOrder(
                        "strata", "replica-1", "replica-2", "balancer", "postgres", "store", "prometheus", "grafana");
        assertThat(all.valueStream()).allMatch(service -> service.has("image"), "names an image");
        assertThat(all.valueStream()).allMatch(service -> service.has("volumes"), "keeps its data in a volume, or has files");
    }

    /** For one that is not there, Docker makes an empty directory. */
    @Test
    void theFilesThatServicesAreGivenAreThere() {
        List<Path> files = services("--profile", "replicas")
                .valueStream()
                .flatMap(service -> service.get("volumes").valueStream())
                .filter(volume -> volume.get("type").asString().equals("bind"))
                .map(volume -> Path.of(volume.get("source").asString()))
                .toList();

        assertThat(files).hasSize(5).allMatch(Files::isRegularFile);
    }

    /** The balancer and Prometheus name the replicas in files of their own. */
    @Test
    void everyReplicaIsSentRequestsAndWatched() throws Exception {
        List<String> replicas = services("--profile", "replicas")
                .propertyNames()
                .stream()
                .filter(name -> name.startsWith("replica-"))
                .toList();

        assertThat(replicas).hasSize(2);
        for (String file : Stream.of("haproxy.cfg", "prometheus.yml").map("deploy/compose/"::concat).toList()) {
            assertThat(Files.readString(Path.of(file)))
                    .contains(replicas.stream().map(name -> name + ":5000").toList());
        }
    }
}
