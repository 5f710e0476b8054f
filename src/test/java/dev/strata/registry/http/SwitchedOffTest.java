package dev.strata.registry.http;

import static dev.strata.testing.ManifestJson.LAYER;
import static dev.strata.testing.ManifestJson.descriptor;
import static dev.strata.testing.RegistryClient.blob;
import static dev.strata.testing.RegistryClient.manifest;
import static dev.strata.testing.RegistryClient.withDigest;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.context.TestPropertySource;

/** A registry with everything set otherwise than by default. */
@RegistryTest
@TestPropertySource(
        properties = {
            "strata.registry.delete=false",
            "strata.registry.sparse-images=reject",
            "strata.registry.auto-mount=off",
            "strata.registry.manifest-max-size=4MB",
            "strata.registry.manifest-cache=0B",
            "strata.registry.tag-list-cache=0B",
            "strata.http.location=relative",
            "strata.http.sendfile=false",
            "strata.http.access-log=true"
        })
@ExtendWith(OutputCaptureExtension.class)
class SwitchedOffTest {

    @Autowired
    RegistryClient registry;

    @Test
    void nothingCanBeDeleted() {
        Digest blob = registry.pushBlob("off/delete", Content.random(91, 100));
        Digest image = registry.pushImage("off/delete", "v1", 1);
        for (String path : new String[] {
            manifest("off/delete", "v1"),
            manifest("off/delete", image),
            blob("off/delete", blob),
            manifest("off/delete", "absent"),
            manifest("off/nowhere", "v1")
        }) {
            assertThat(registry.delete(path)).isError(405, ErrorCode.UNSUPPORTED);
        }
        assertThat(registry.getManifest("off/delete", "v1")).hasStatus(200);
        assertThat(registry.getBlob("off/delete", blob)).hasStatus(200);
    }

    @Test
    void theLogOfRequestsHasNoValuesOfVariables(CapturedOutput output) {
        registry.get("/v2/off/log/_strata/cache/layer?parent=scratch&env=TOKEN=hush&env=B%3Dhush&platform=linux/amd64&instruction=RUN+x");
        await("the line that is logged behind the answer").untilAsserted(() -> assertThat(output.getAll())
                .contains("layer?parent=scratch&env=***&env=***&platform=")
                .doesNotContain("hush"));
    }

    @Test
    void aBlobOfAnotherRepositoryIsNotThere() {
        byte[] content = Content.random(96, 100);
        Digest digest = registry.pushBlob("off/theirs", content);
        registry.pushBlob("off/ours", Content.random(97, 100));
        String uploads = "/v2/off/ours/blobs/uploads/";
        String question = "{\"digests\":[\"" + digest + "\"]}";
        assertThat(registry.head(blob("off/ours", digest))).hasStatus(404);
        assertThat(registry.post("/v2/off/ours/_strata/cache/missing", question.getBytes(UTF_8)).text()).contains(digest.toString());
        assertThat(registry.post(uploads + "?digest=" + digest)).isError(400, ErrorCode.DIGEST_INVALID);
        assertThat(registry.post(uploads + "?mount=" + digest + "&from=off/nowhere")).hasStatus(202);
        assertThat(registry.getBlob("off/ours", digest)).isError(404, ErrorCode.BLOB_UNKNOWN);
        assertThat(registry.post(uploads + "?mount=" + digest)).hasStatus(201);
    }

    @Test
    void anUploadCanStillBeCancelled() {
        assertThat(registry.delete(registry.startUpload("off/cancel"))).hasStatus(204);
    }

    @Test
    void locationsAreRelative() {
        byte[] content = Content.random(92, 100);
        Digest digest = Content.sha256(content);
        String location = registry.startUpload("off/location");
        assertThat(location).startsWith("/v2/off/location/blobs/uploads/");
        Answer pushed = registry.put(withDigest(location, digest), content);
        assertThat(pushed).hasStatus(201).hasHeader("Location", blob("off/location", digest));
        ManifestJson image = registry.pushBlobsOf("off/location", 1);
        assertThat(registry.putManifest("off/location", "v1", MediaType.OCI_MANIFEST, image.bytes()))
                .hasHeader("Location", manifest("off/location", image.digest()));
    }

    @Test
    void anImageMustHaveAllOfItsLayers() {
        Digest absent = Content.sha256(Content.random(93, 5));
        ManifestJson image = registry.pushBlobsOf("off/sparse", 1).layer(descriptor(LAYER, absent, 5));
        Answer refused = registry.putManifest("off/sparse", "v1", MediaType.OCI_MANIFEST, image.bytes());
        assertThat(refused).isError(400, ErrorCode.MANIFEST_BLOB_UNKNOWN).hasNoHeader("Warning");
        assertThat(refused.json().at("/errors/0/detail/digests").toString()).isEqualTo("[\"" + absent + "\"]");
    }

    @Test
    void aSmallerLimitOfManifestsHoldsAndFourMebibytesPass() {
        ManifestJson image = registry.pushBlobsOf("off/limit", 1);
        int limit = 4 * 1024 * 1024;
        int rest = limit - image.annotation("filler", "").bytes().length;
        registry.pushManifest("off/limit", "fits", image.annotation("filler", "x".repeat(rest)));
        byte[] tooLarge = image.annotation("filler", "x".repeat(rest + 1)).bytes();
        assertThat(registry.putManifest("off/limit", "too-large", MediaType.OCI_MANIFEST, tooLarge))
                .isError(413, ErrorCode.SIZE_INVALID, "limit", String.valueOf(limit));
    }

    @ParameterizedTest
    @CsvSource({"bytes=0-0, 0, 0", "bytes=100-700099, 100, 700099", "bytes=-5, 999995, 999999"})
    void blobsAreCopiedInsteadOfSentByTheKernel(String range, int first, int last) {
        byte[] content = Content.random(94, 1_000_000);
        Digest digest = registry.pushBlob("off/copy", content);
        assertThat(registry.getBlob("off/copy", digest)).hasStatus(200).hasBody(content);
        assertThat(registry.getBlob("off/copy", digest, "Range", range))
                .hasStatus(206)
                .hasHeader("Content-Range", "bytes " + first + "-" + last + "/1000000")
                .hasBody(Content.slice(content, first, last + 1));
        assertThat(registry.head(blob("off/copy", digest))).hasNoBodyOf(1_000_000);
    }

    @Test
    void withoutCachesEverythingIsServedAllTheSame() {
        registry.pushImage("off/cache", "v1", 1);
        for (int i = 0; i < 3; i++) {
            assertThat(registry.getManifest("off/cache", "v1")).hasStatus(200);
            assertThat(registry.get("/v2/off/cache/tags/list").text())
                    .isEqualTo("{\"name\":\"off/cache\",\"tags\":[\"v1\"]}");
        }
    }
}
