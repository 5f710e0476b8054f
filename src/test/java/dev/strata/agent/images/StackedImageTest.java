package dev.strata.agent.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.agent.connection.Http;
import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class StackedImageTest {

    private static final Digest DIGEST = Digest.of("sha256:" + "1".repeat(64));
    private static final Digest DIFF_ID = Digest.of("sha256:" + "2".repeat(64));

    @ParameterizedTest
    @CsvSource({
        "application/vnd.oci.image.layer.v1.tar+gzip, true, application/vnd.docker.image.rootfs.diff.tar.gzip",
        "application/vnd.oci.image.layer.v1.tar+gzip, false, application/vnd.oci.image.layer.v1.tar+gzip",
        "application/vnd.docker.image.rootfs.diff.tar.gzip, false, application/vnd.oci.image.layer.v1.tar+gzip",
        "application/vnd.docker.image.rootfs.diff.tar, false, application/vnd.oci.image.layer.v1.tar",
        "application/vnd.oci.image.layer.v1.tar+zstd, false, application/vnd.oci.image.layer.v1.tar+zstd"
    })
    void mediaTypesAreThoseOfTheBuilder(String given, boolean docker, String written) {
        MediaType type = docker ? MediaType.DOCKER_MANIFEST : MediaType.OCI_MANIFEST;

        JsonNode manifest = Http.JSON.readTree(image(given).manifest(type, DIGEST, 7));

        assertThat(manifest.path("mediaType").asString("")).isEqualTo(type.value());
        assertThat(manifest.path("layers").path(0).path("mediaType").asString("")).isEqualTo(written);
        assertThat(manifest.path("config").path("size").asInt(0)).isEqualTo(7);
    }

    @Test
    void theConfigurationHasLayersHistoryAndTheLastTime() {
        JsonNode config = Http.JSON.readTree(image("application/vnd.oci.image.layer.v1.tar").config());

        assertThat(config).isEqualTo(Http.JSON.readTree("""
                {"os":"linux","config":{"OnBuild":["RUN x"]},
                 "history":[{"created":"2026-01-01T00:00:00Z"},{"created_by":"LABEL a=b","empty_layer":true}],
                 "rootfs":{"type":"layers","diff_ids":["%s"]},"created":"2026-01-01T00:00:00Z"}
                """.formatted(DIFF_ID)));
    }

    @Test
    void whatBuildersStartFromHasNoTriggersAndTellsNothing() {
        JsonNode config = Http.JSON.readTree(
                image("application/vnd.oci.image.layer.v1.tar").asBase("mark").config());

        assertThat(config.path("config").has("OnBuild")).isFalse();
        assertThat(config.path("history"))
                .isEqualTo(Http.JSON.readTree("[{\"created\":\"2026-01-01T00:00:00Z\",\"created_by\":\"mark\"},{\"empty_layer\":true,\"created_by\":\"mark\"}]"));
    }

    @Test
    void whatAnnotationsSayOfALayerStays() {
        Map<String, String> annotations = Map.of("containerd.io/snapshot/stargz/toc.digest", "sha256:" + "cd".repeat(32));
        StackedImage image = new StackedImage(
                List.of(new ImageLayer(
                        new Descriptor(MediaType.of("application/vnd.oci.image.layer.v1.tar"), DIGEST, 3, Optional.empty(), annotations),
                        DIFF_ID)),
                List.of(),
                Http.JSON.createObjectNode());

        JsonNode layer = Http.JSON.readTree(image.manifest(MediaType.OCI_MANIFEST, DIGEST, 7)).path("layers").path(0);

        assertThat(RepositoryClient.descriptor(layer).annotations()).isEqualTo(annotations);
    }

    @Test
    void anImageOfAMomentHasNoLaterTime() {
        StackedImage image = image("application/vnd.oci.image.layer.v1.tar").madeAt(Instant.ofEpochSecond(1_700_000_000));

        JsonNode config = Http.JSON.readTree(image.config());

        assertThat(config.path("created").asString("")).isEqualTo("2023-11-14T22:13:20Z");
        assertThat(config.path("history").path(0).path("created").asString("")).isEqualTo("2023-11-14T22:13:20Z");
        assertThat(config.path("history").path(1).has("created")).isFalse();
    }

    private static StackedImage image(String layerType) {
        Descriptor blob = new Descriptor(MediaType.of(layerType), DIGEST, 3, Optional.empty(), Map.of());
        ObjectNode image = (ObjectNode) Http.JSON.readTree("{\"os\":\"linux\",\"config\":{\"OnBuild\":[\"RUN x\"]}}");
        return new StackedImage(
                List.of(new ImageLayer(blob, DIFF_ID)),
                List.of(
                        Http.JSON.createObjectNode().put("created", "2026-01-01T00:00:00Z"),
                        Http.JSON.createObjectNode().put("created_by", "LABEL a=b").put("empty_layer", true)),
                image);
    }
}
