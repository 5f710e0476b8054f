package dev.strata.registry.http;

import static dev.strata.testing.RegistryClient.blob;
import static dev.strata.testing.RegistryClient.manifest;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Content;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** OCI Distribution Specification, "Content Management". */
@RegistryTest
class DeleteTest {

    private static final Digest ABSENT = Content.sha256("absent".getBytes(UTF_8));

    @Autowired
    RegistryClient registry;

    @Test
    void aTagGoesAndOthersAndItsManifestStay() {
        Digest digest = registry.pushImage("delete/tag", "v1", 1);
        registry.pushImage("delete/tag", "v2", 1);
        assertThat(registry.delete(manifest("delete/tag", "v1"))).hasStatus(202).hasNoBodyOf(0);
        assertThat(registry.getManifest("delete/tag", "v1")).isError(404, ErrorCode.MANIFEST_UNKNOWN);
        assertThat(registry.getManifest("delete/tag", "v2")).hasStatus(200);
        assertThat(registry.getManifest("delete/tag", digest)).hasStatus(200);
        assertThat(registry.delete(manifest("delete/tag", "v1"))).isError(404, ErrorCode.MANIFEST_UNKNOWN, "tag", "v1");
    }

    @Test
    void aManifestGoesWithAllOfItsTags() {
        Digest digest = registry.pushImage("delete/manifest", "v1", 1);
        registry.pushImage("delete/manifest", "v2", 1);
        registry.pushImage("delete/manifest", "other", 2);
        assertThat(registry.delete(manifest("delete/manifest", digest))).hasStatus(202).hasNoBodyOf(0);
        for (Object reference : new Object[] {"v1", "v2", digest}) {
            assertThat(registry.getManifest("delete/manifest", reference)).isError(404, ErrorCode.MANIFEST_UNKNOWN);
            assertThat(registry.head(manifest("delete/manifest", reference))).hasStatus(404);
        }
        JsonNode tags = registry.get("/v2/delete/manifest/tags/list").json().path("tags");
        assertThat(tags.toString()).isEqualTo("[\"other\"]");
        assertThat(registry.delete(manifest("delete/manifest", digest)))
                .isError(404, ErrorCode.MANIFEST_UNKNOWN, "reference", digest.toString());
    }

    @Test
    void aBlobGoes() {
        Digest digest = registry.pushBlob("delete/blob", Content.random(81, 100));
        assertThat(registry.delete(blob("delete/blob", digest))).hasStatus(202).hasNoBodyOf(0);
        assertThat(registry.getBlob("delete/blob", digest)).isError(404, ErrorCode.BLOB_UNKNOWN);
        assertThat(registry.delete(blob("delete/blob", digest)))
                .isError(404, ErrorCode.BLOB_UNKNOWN, "digest", digest.toString());
    }

    @Test
    void whatWasDeletedCanBePushedAgain() {
        byte[] content = Content.random(82, 100);
        Digest blob = registry.pushBlob("delete/again", content);
        Digest image = registry.pushImage("delete/again", "v1", 1);
        registry.delete(blob("delete/again", blob));
        registry.delete(manifest("delete/again", image));
        registry.pushBlob("delete/again", content);
        assertThat(registry.getBlob("delete/again", blob)).hasBody(content);
        assertThat(registry.pushImage("delete/again", "v1", 1)).isEqualTo(image);
        assertThat(registry.getManifest("delete/again", "v1")).hasStatus(200);
        assertThat(registry.getManifest("delete/again", image)).hasStatus(200);
    }

    @Test
    void otherRepositoriesKeepTheirs() {
        byte[] content = Content.random(83, 100);
        Digest blob = registry.pushBlob("delete/mine", content);
        registry.pushBlob("delete/yours", content);
        Digest image = registry.pushImage("delete/mine", "v1", 1);
        registry.pushImage("delete/yours", "v1", 1);
        registry.delete(blob("delete/mine", blob));
        registry.delete(manifest("delete/mine", image));
        assertThat(registry.getBlob("delete/yours", blob)).hasBody(content);
        assertThat(registry.getManifest("delete/yours", "v1")).hasStatus(200);
        assertThat(registry.getManifest("delete/yours", image)).hasStatus(200);
    }

    @Test
    void whatIsNotThereIsUnknown() {
        registry.pushImage("delete/known", "v1", 1);
        assertThat(registry.delete(manifest("delete/known", "v9"))).isError(404, ErrorCode.MANIFEST_UNKNOWN);
        assertThat(registry.delete(manifest("delete/known", ABSENT))).isError(404, ErrorCode.MANIFEST_UNKNOWN);
        assertThat(registry.delete(blob("delete/known", ABSENT))).isError(404, ErrorCode.BLOB_UNKNOWN);
    }

    @Test
    void aRepositoryThatDoesNotExistIsUnknown() {
        for (String path :
                new String[] {manifest("delete/no", "v1"), manifest("delete/no", ABSENT), blob("delete/no", ABSENT)}) {
            assertThat(registry.delete(path)).isError(404, ErrorCode.NAME_UNKNOWN, "name", "delete/no");
        }
    }

    @Test
    void malformedReferencesAreRefused() {
        assertThat(registry.delete(manifest("delete/known", "sha256:x"))).isError(400, ErrorCode.DIGEST_INVALID);
        assertThat(registry.delete("/v2/delete/known/blobs/sha256:x")).isError(400, ErrorCode.DIGEST_INVALID);
    }
}
