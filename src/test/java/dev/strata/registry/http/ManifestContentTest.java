package dev.strata.registry.http;

import static dev.strata.testing.ManifestJson.CONFIG;
import static dev.strata.testing.ManifestJson.LAYER;
import static dev.strata.testing.ManifestJson.descriptor;
import static dev.strata.testing.RegistryClient.manifest;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** OCI Distribution Specification, "Pushing Manifests": what they hold. */
@RegistryTest
class ManifestContentTest {

    private static final Digest ABSENT = Content.sha256("absent".getBytes(UTF_8));
    private static final Digest ABSENT_TOO = Content.sha256("absent too".getBytes(UTF_8));

    @Autowired
    RegistryClient registry;

    @Test
    void missingBlobsAreEachNamed() {
        ManifestJson image = ManifestJson.image("absent".getBytes(UTF_8), "absent too".getBytes(UTF_8));
        registry.pushBlob("manifest/missing", new byte[0]);
        for (String repository : new String[] {"manifest/missing", "manifest/never-heard-of"}) {
            Answer refused = registry.putManifest(repository, "v1", MediaType.OCI_MANIFEST, image.bytes());
            assertThat(refused).isError(400, ErrorCode.MANIFEST_BLOB_UNKNOWN);
            assertThat(refused.json().at("/errors/0/detail/digests").values().stream().map(node -> node.stringValue()))
                    .containsExactly(ABSENT.toString(), ABSENT_TOO.toString());
            assertThat(registry.getManifest(repository, "v1")).hasStatus(404);
        }
    }

    @Test
    void blobsOfAnotherRepositoryAreMissing() {
        ManifestJson image = registry.pushBlobsOf("manifest/has-blobs", 3);
        assertThat(registry.putManifest("manifest/has-none", "v1", MediaType.OCI_MANIFEST, image.bytes()))
                .isError(400, ErrorCode.MANIFEST_BLOB_UNKNOWN);
    }

    @Test
    void anImageWithoutItsConfigurationIsRefused() {
        byte[] layer = Content.random(70, 100);
        registry.pushBlob("manifest/no-config", layer);
        ManifestJson image = ManifestJson.image("absent".getBytes(UTF_8), layer);
        Answer refused = registry.putManifest("manifest/no-config", "v1", MediaType.OCI_MANIFEST, image.bytes());
        assertThat(refused).isError(400, ErrorCode.MANIFEST_BLOB_UNKNOWN);
        assertThat(refused.json().at("/errors/0/detail/digests/0").stringValue()).isEqualTo(ABSENT.toString());
    }

    @Test
    void anImageSomeOfWhoseLayersAreMissingIsTakenWithAWarning() {
        ManifestJson image = registry.pushBlobsOf("manifest/sparse", 1).layer(descriptor(LAYER, ABSENT, 6));
        Answer pushed = registry.putManifest("manifest/sparse", "v1", MediaType.OCI_MANIFEST, image.bytes());
        assertThat(pushed).hasStatus(201);
        assertThat(pushed.header("Warning")).startsWith("299 - \"").endsWith("\"").contains(ABSENT.toString());
        assertThat(registry.getManifest("manifest/sparse", "v1")).hasBody(image.bytes());
    }

    @Test
    void warningsStayBelowFourKilobytes() {
        ManifestJson image = registry.pushBlobsOf("manifest/very-sparse", 1);
        for (int i = 0; i < 200; i++) {
            image = image.layer(descriptor(LAYER, Content.sha256(new byte[] {(byte) i}), 1));
        }
        Answer pushed = registry.putManifest("manifest/very-sparse", "v1", MediaType.OCI_MANIFEST, image.bytes());
        assertThat(pushed).hasStatus(201);
        assertThat(pushed.header("Warning").length()).isLessThanOrEqualTo(4_096);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
    })
    void layersThatMayBeKeptElsewhereMayBeMissing(String type) {
        byte[] config = "{}".getBytes(UTF_8);
        registry.pushBlob("manifest/foreign", config);
        ManifestJson image = ManifestJson.image(config).layer(descriptor(type, ABSENT, 6));
        assertThat(registry.putManifest("manifest/foreign", "v1", MediaType.OCI_MANIFEST, image.bytes()))
                .hasStatus(201)
                .hasNoHeader("Warning");
    }

    @Test
    void anotherSizeThanTheBlobsIsRefused() {
        byte[] config = "{}".getBytes(UTF_8);
        Digest digest = registry.pushBlob("manifest/size", config);
        ManifestJson image = ManifestJson.image(config).layer(descriptor(LAYER, digest, 3));
        assertThat(registry.putManifest("manifest/size", "v1", MediaType.OCI_MANIFEST, image.bytes()))
                .isError(
                        400, ErrorCode.SIZE_INVALID, "digest", digest.toString(), "declared", "3", "actual", "2");
    }

    @Test
    void anImageWithoutLayersAndOneWithTheSameLayerTwiceAreTaken() {
        byte[] config = "{}".getBytes(UTF_8);
        registry.pushBlob("manifest/odd", config);
        registry.pushManifest("manifest/odd", "bare", ManifestJson.image(config));
        registry.pushManifest("manifest/odd", "twice", ManifestJson.image(config, config, config));
        assertThat(registry.getManifest("manifest/odd", "twice")).hasStatus(200);
    }

    @Test
    void theChildrenOfAnIndexMayBeMissing() {
        ManifestJson index = ManifestJson.index(descriptor(MediaType.OCI_MANIFEST.value(), ABSENT, 100));
        registry.pushManifest("manifest/sparse-index", "v1", index);
        assertThat(registry.getManifest("manifest/sparse-index", "v1")).hasBody(index.bytes());
    }

    @Test
    void aMissingSubjectIsTakenAndNamed() {
        ManifestJson image = registry.pushBlobsOf("manifest/subject", 1).subject(ABSENT);
        Answer pushed = registry.putManifest("manifest/subject", "v1", MediaType.OCI_MANIFEST, image.bytes());
        assertThat(pushed).hasStatus(201).hasHeader("OCI-Subject", ABSENT.toString());
    }

    /** BuildKit's caches: an image of a type of configuration of its own, and an index of layers. */
    @Test
    void buildCachesAreStored() {
        byte[] config = "{\"layers\":[],\"records\":[]}".getBytes(UTF_8);
        byte[] layer = Content.random(71, 500);
        registry.pushBlob("manifest/buildkit", config);
        Digest layerDigest = registry.pushBlob("manifest/buildkit", layer);
        String cacheConfig = "application/vnd.buildkit.cacheconfig.v0";
        ManifestJson image = ManifestJson.image(config, layer);
        image.json().set("config", descriptor(cacheConfig, Content.sha256(config), config.length));
        registry.pushManifest("manifest/buildkit", "image", image);
        ManifestJson index = ManifestJson.index(
                descriptor(LAYER, layerDigest, layer.length),
                descriptor(cacheConfig, Content.sha256(config), config.length));
        registry.pushManifest("manifest/buildkit", "index", index);
        assertThat(registry.getManifest("manifest/buildkit", "image")).hasBody(image.bytes());
        assertThat(registry.getManifest("manifest/buildkit", "index")).hasBody(index.bytes());
    }

    @Test
    void artifactsOfEveryShapeAreStored() {
        byte[] empty = "{}".getBytes(UTF_8);
        registry.pushBlob("manifest/artifact", empty);
        ManifestJson image = ManifestJson.image(empty, empty).artifactType("application/vnd.example+type");
        image.json().set("config", descriptor("application/vnd.oci.empty.v1+json", Content.sha256(empty), 2));
        registry.pushManifest("manifest/artifact", "image", image);
        ManifestJson artifact = new ManifestJson(MediaType.OCI_ARTIFACT, image.json().objectNode());
        artifact.json().put("mediaType", MediaType.OCI_ARTIFACT.value());
        artifact.json().put("artifactType", "application/vnd.example+type");
        artifact.json().putArray("blobs").add(descriptor(CONFIG, Content.sha256(empty), 2));
        registry.pushManifest("manifest/artifact", "artifact", artifact);
        assertThat(registry.getManifest("manifest/artifact", "artifact"))
                .hasHeader("Content-Type", MediaType.OCI_ARTIFACT.value())
                .hasBody(artifact.bytes());
    }

    @Test
    void fourMebibytesAreTaken() {
        ManifestJson image = registry.pushBlobsOf("manifest/large", 1);
        ManifestJson large = image.annotation("filler", "x".repeat(4 * 1024 * 1024 - image.bytes().length - 100));
        registry.pushManifest("manifest/large", "v1", large);
        assertThat(registry.getManifest("manifest/large", "v1")).hasBody(large.bytes());
    }

    @Test
    void moreThanTheLimitIsRefused() {
        byte[] content = new byte[8 * 1024 * 1024 + 1];
        String path = manifest("manifest/too-large", "v1");
        String limit = String.valueOf(8 * 1024 * 1024);
        String type = MediaType.OCI_MANIFEST.value();
        assertThat(registry.put(path, content, "Content-Type", type))
                .isError(413, ErrorCode.SIZE_INVALID, "limit", limit);
        assertThat(registry.stream("PUT", path, content, "Content-Type", type))
                .isError(413, ErrorCode.SIZE_INVALID, "limit", limit);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''",
                "not json",
                "[]",
                "{}",
                "{\"schemaVersion\":1}",
                "{\"schemaVersion\":2}",
                "{\"schemaVersion\":2,\"schemaVersion\":2}"
            })
    void whatIsNoManifestIsRefused(String content) {
        assertThat(registry.putManifest("manifest/invalid", "v1", MediaType.OCI_MANIFEST, content.getBytes(UTF_8)))
                .isError(400, ErrorCode.MANIFEST_INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/plain", "nonsense", "application/vnd.oci.image.index.v1+json"})
    void anotherContentTypeThanTheManifestsIsRefused(String contentType) {
        byte[] content = registry.pushBlobsOf("manifest/type", 1).bytes();
        assertThat(registry.put(manifest("manifest/type", "v1"), content, "Content-Type", contentType))
                .isError(400, ErrorCode.MANIFEST_INVALID);
        assertThat(registry.put(manifest("manifest/type", "v1"), content)).isError(400, ErrorCode.MANIFEST_INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"schemaVersion\":2,\"manifests\":[{\"\\ud800\":1,\"mediaType\":\"a/b\",\"digest\":\"\\ud800\",\"size\":1}]}",
        "{\"schemaVersion\":2,\"manifests\":[],\"annotations\":{\"\\ud800\":1}}",
        "{\"schemaVersion\":2,\"manifests\":[],\"artifactType\":\"\\udfff\"}"
    })
    void anErrorNamesEvenWhatNoTextCanHold(String content) {
        assertThat(registry.putManifest("manifest/surrogate", "v1", MediaType.OCI_INDEX, content.getBytes(UTF_8)))
                .isError(400, ErrorCode.MANIFEST_INVALID);
    }
}
