package dev.strata.savings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** What is an image, and so in the layer tree; and what only borrows the configuration type of one. */
@RegistryTest
class SavingsKindsTest {

    private static final String IMAGE_CONFIG = "application/vnd.oci.image.config.v1+json";

    @Autowired
    RegistryClient registry;

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            # kind   | configuration                                    | layer                                                          | artifactType
            image    | application/vnd.oci.image.config.v1+json         | application/vnd.oci.image.layer.v1.tar                         | -
            image    | application/vnd.oci.image.config.v1+json         | application/vnd.oci.image.layer.v1.tar+gzip                    | -
            image    | application/vnd.oci.image.config.v1+json         | application/vnd.oci.image.layer.v1.tar+zstd                    | -
            image    | application/vnd.oci.image.config.v1+json         | application/vnd.oci.image.layer.v1.tar+gzip+encrypted          | -
            image    | application/vnd.oci.image.config.v1+json         | application/vnd.oci.image.layer.nondistributable.v1.tar+gzip   | -
            image    | application/vnd.docker.container.image.v1+json   | application/vnd.docker.image.rootfs.diff.tar.gzip              | -
            image    | application/vnd.docker.container.image.v1+json   | application/vnd.docker.image.rootfs.foreign.diff.tar.gzip      | -
            image    | application/vnd.oci.image.config.v1+json         | application/vnd.docker.image.rootfs.diff.tar.gzip              | -
            artifact | application/vnd.oci.image.config.v1+json         | application/vnd.oci.image.layer.v1.tar+gzip                    | application/vnd.example.backup
            artifact | application/vnd.oci.image.config.v1+json         | application/vnd.dev.cosign.simplesigning.v1+json               | -
            artifact | application/vnd.oci.image.config.v1+json         | application/vnd.dsse.envelope.v1+json                          | -
            artifact | application/vnd.oci.image.config.v1+json         | application/vnd.in-toto+json                                   | -
            artifact | application/vnd.oci.image.config.v1+json         | text/spdx                                                      | -
            artifact | application/vnd.oci.image.config.v1+json         | application/vnd.cyclonedx+json                                 | -
            artifact | application/vnd.oci.image.config.v1+json         | application/vnd.docker.ai.gguf.v3                              | -
            artifact | application/vnd.oci.image.config.v1+json         | application/vnd.cncf.model.weight.v1.tar                       | -
            artifact | application/vnd.oci.image.config.v1+json         | application/vnd.wasm.content.layer.v1+wasm                     | -
            artifact | application/vnd.oci.image.config.v1+json         | application/vnd.oci.image.layer.nydus.blob.v1                  | -
            artifact | application/vnd.oci.image.config.v1+json         | application/octet-stream                                       | -
            artifact | application/vnd.cncf.helm.config.v1+json         | application/vnd.cncf.helm.chart.content.v1.tar+gzip            | -
            artifact | application/vnd.wasm.config.v0+json              | application/wasm                                               | -
            artifact | application/vnd.oci.empty.v1+json                | application/vnd.oci.image.layer.v1.tar+gzip                    | application/vnd.dev.sigstore.bundle.v0.3+json
            artifact | application/vnd.buildkit.cacheconfig.v0          | application/vnd.oci.image.layer.v1.tar+gzip                    | -
            artifact | application/vnd.docker.plugin.v1+json            | application/vnd.docker.image.rootfs.diff.tar.gzip              | -
            """)
    void layersAndTypesSayWhatAManifestIs(String kind, String configuration, String layer, String artifactType) {
        ManifestJson manifest = manifest(configuration, layer, "kinds" + kind + configuration + layer + artifactType);
        check(artifactType == null ? manifest : manifest.artifactType(artifactType), kind);
    }

    @ParameterizedTest
    @CsvSource({
        "application/vnd.oci.image.layer.v1.tar+gzip, application/vnd.in-toto+json, artifact",
        "application/vnd.oci.image.layer.v1.tar+gzip, application/vnd.oci.image.layer.v1.tar, image"
    })
    void oneLayerThatIsNoneMakesAnArtifact(String first, String second, String kind) {
        ManifestJson manifest = manifest(IMAGE_CONFIG, first, "several " + kind);
        byte[] more = ("another " + kind).getBytes(StandardCharsets.UTF_8);
        check(manifest.layer(ManifestJson.descriptor(second, registry.pushBlob("kinds/all", more), more.length)), kind);
    }

    @ParameterizedTest
    @CsvSource("sha256:0000000000000000000000000000000000000000000000000000000000000000")
    void whatIsAboutAnotherIsAnArtifact(String subject) {
        check(
                manifest(IMAGE_CONFIG, "application/vnd.oci.image.layer.v1.tar+gzip", "subject").subject(Digest.of(subject)),
                "artifact");
    }

    private ManifestJson manifest(String configuration, String layer, String seed) {
        byte[] config = ("{\"seed\": \"" + seed + "\"}").getBytes(StandardCharsets.UTF_8);
        byte[] content = seed.getBytes(StandardCharsets.UTF_8);
        Digest configDigest = registry.pushBlob("kinds/all", config);
        Digest layerDigest = registry.pushBlob("kinds/all", content);
        boolean docker = configuration.startsWith("application/vnd.docker.container");
        ManifestJson manifest = ManifestJson.image(config)
                .as(docker ? MediaType.DOCKER_MANIFEST : MediaType.OCI_MANIFEST)
                .layer(ManifestJson.descriptor(layer, layerDigest, content.length));
        manifest.json().set("config", ManifestJson.descriptor(configuration, configDigest, config.length));
        return manifest;
    }

    private void check(ManifestJson manifest, String kind) {
        registry.pushManifest("kinds/all", "latest", manifest);
        Api api = new Api(registry);
        JsonNode tag = api.get("/repositories/kinds/all/tags").at("/tags/0");
        assertThat(tag.path("kind").stringValue()).isEqualTo(kind);
        String layer = manifest.json().at("/layers/0/digest").stringValue();
        assertThat(registry.get("/api/savings/layers?stack=" + layer)).hasStatus(kind.equals("image") ? 200 : 404);
        JsonNode image = api.get("/repositories/kinds/all/image?reference=latest");
        assertThat(image.at("/config/digest")).isEqualTo(manifest.json().at("/config/digest"));
        assertThat(image.path("steps").findValues("digest")).isEqualTo(manifest.json().path("layers").findValues("digest"));
    }
}
