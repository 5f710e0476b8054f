package dev.strata.registry.http;

import static dev.strata.testing.RegistryClient.blob;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.problem.ErrorCode;
import dev.strata.storage.StorageProperties;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Bytes that were lost or broken on the disk: never served, and healed by whoever pushes them next. */
@RegistryTest
class BrokenBlobTest {

    @Autowired
    RegistryClient registry;

    @Autowired
    StorageProperties storage;

    @Test
    void aBlobWhoseBytesWereLostIsHealedByTheNextPush() throws IOException {
        byte[] content = Content.random(111, 10_000);
        Digest digest = registry.pushBlob("broken/lost", content);
        Files.delete(file(digest));
        assertIsGoneUntilItIsPushedAgain("broken/lost", digest, content);
    }

    @Test
    void aBlobThatWasCutShortIsHealedByTheNextPush() throws IOException {
        byte[] content = Content.random(112, 10_000);
        Digest digest = registry.pushBlob("broken/short", content);
        Files.write(file(digest), Content.slice(content, 0, 5_000));
        assertIsGoneUntilItIsPushedAgain("broken/short", digest, content);
    }

    /** Who pushes an image asks for its blobs first, and sends those that are not there. */
    @Test
    void theImageOfABrokenBlobIsHealedWithIt() throws IOException {
        ManifestJson image = registry.pushBlobsOf("broken/image", 113);
        registry.pushManifest("broken/image", "v1", image);
        Digest layer = Digest.of(image.json().at("/layers/0/digest").stringValue());
        Files.delete(file(layer));
        assertThat(registry.head(blob("broken/image", layer))).hasStatus(404);
        registry.pushImage("broken/image", "v1", 113);
        assertThat(registry.getBlob("broken/image", layer)).hasStatus(200);
    }

    @Test
    void aManifestIsRefusedAsLongAsABlobOfItIsBroken() throws IOException {
        ManifestJson image = registry.pushBlobsOf("broken/refused", 114);
        Digest layer = Digest.of(image.json().at("/layers/0/digest").stringValue());
        Digest config = Digest.of(image.json().at("/config/digest").stringValue());
        for (Digest broken : List.of(layer, config)) {
            Files.delete(file(broken));
            Answer refused = registry.putManifest("broken/refused", "v1", MediaType.OCI_MANIFEST, image.bytes());
            assertThat(refused).isError(400, ErrorCode.MANIFEST_BLOB_UNKNOWN);
            assertThat(refused.text()).contains("\"digests\":[\"" + broken + "\"]");
            assertThat(registry.getManifest("broken/refused", "v1")).hasStatus(404);
            registry.pushBlobsOf("broken/refused", 114);
        }
        registry.pushManifest("broken/refused", "v1", image);
        assertThat(registry.getManifest("broken/refused", "v1")).hasStatus(200);
    }

    /** The first of those who pull it together sets it aside, and the others find nothing. */
    @Test
    void manyWhoPullWhatWasCutShortAreToldThatItIsNotThere() throws Exception {
        List<Digest> blobs = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            byte[] content = Content.random(1_000 + i, 1_000);
            blobs.add(registry.pushBlob("broken/together", content));
            Files.write(file(blobs.getLast()), Content.slice(content, 0, 500));
        }
        try (ExecutorService clients = Executors.newFixedThreadPool(8)) {
            List<Future<List<Integer>>> answers = IntStream.range(0, 8)
                    .mapToObj(client -> clients.submit(() -> blobs.stream()
                            .map(digest -> registry.getBlob("broken/together", digest).status())
                            .toList()))
                    .toList();
            for (Future<List<Integer>> statuses : answers) {
                assertThat(statuses.get()).containsOnly(404);
            }
        }
    }

    private void assertIsGoneUntilItIsPushedAgain(String repository, Digest digest, byte[] content) {
        for (int i = 0; i < 2; i++) {
            assertThat(registry.getBlob(repository, digest))
                    .isError(404, ErrorCode.BLOB_UNKNOWN, "digest", digest.toString());
            assertThat(registry.head(blob(repository, digest))).hasStatus(404);
        }
        for (String from : List.of("", "&from=" + repository)) {
            assertThat(registry.post("/v2/broken/mount/blobs/uploads/?mount=" + digest + from)).hasStatus(202);
        }
        registry.pushBlob("broken/elsewhere", content);
        assertThat(registry.getBlob(repository, digest)).hasBody(content);
        assertThat(registry.getBlob("broken/elsewhere", digest)).hasBody(content);
    }

    private Path file(Digest digest) {
        return storage.dataDir()
                .resolve("blobs")
                .resolve(digest.algorithm().prefix())
                .resolve(digest.hex().substring(0, 2))
                .resolve(digest.hex());
    }
}
