package dev.strata.registry.http;

import static dev.strata.testing.RegistryClient.withDigest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.OwnDataDirectory;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RunningRegistry;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What outlives a process, and what a registry does on a disk that has filled up meanwhile. */
@ExtendWith(OutputCaptureExtension.class)
class RestartTest {

    private static final byte[] CONTENT = Content.random(101, 1_000_000);
    private static final Digest DIGEST = Content.sha256(CONTENT);

    @Test
    void everythingIsThereAfterARestartAndOnAFullDiskPullsGoOn() throws Exception {
        Path data = OwnDataDirectory.create();
        Digest image;
        Digest blob;
        String upload;
        try (RunningRegistry registry = RunningRegistry.start(data)) {
            RegistryClient client = registry.client();
            image = client.pushImage("restart/image", "v1", 1);
            blob = client.pushBlob("restart/image", Content.random(102, 5_000));
            upload = URI.create(client.startUpload("restart/upload")).getPath();
            assertThat(client.patch(upload, Content.slice(CONTENT, 0, 400_000))).hasStatus(202);
            assertThatThrownBy(() -> RunningRegistry.start(data))
                    .as("the same directory twice")
                    .hasRootCauseMessage("The data directory " + data.toAbsolutePath() + " is served by another process");
        }
        try (RunningRegistry registry = RunningRegistry.start(data, "strata.min-free=1000000GB")) {
            RegistryClient client = registry.client();
            assertThat(client.getManifest("restart/image", "v1"))
                    .hasStatus(200)
                    .hasHeader("Docker-Content-Digest", image.toString());
            assertThat(client.getBlob("restart/image", blob)).hasBody(Content.random(102, 5_000));
            assertThat(client.get("/v2/restart/image/tags/list")).hasStatus(200);
            for (Answer refused : pushes(client, upload)) {
                assertThat(refused).isError(507, ErrorCode.DENIED, "usable", "0");
            }
            assertThat(client.getManifest("restart/image", "v2")).hasStatus(404);
            assertThat(client.delete(RegistryClient.blob("restart/image", blob))).hasStatus(202);
            assertThat(client.get("/actuator/health/readiness")).hasStatus(200);
        }
        assertThat(dataOf(data)).as("nothing of what was refused is kept").isEqualTo(400_000);
        try (RunningRegistry registry = RunningRegistry.start(data)) {
            RegistryClient client = registry.client();
            assertThat(client.get(upload)).hasStatus(204).hasHeader("Range", "0-399999");
            Answer closed = client.put(
                    withDigest(upload, DIGEST),
                    Content.slice(CONTENT, 400_000, 1_000_000),
                    "Content-Range",
                    "400000-999999");
            assertThat(closed).hasStatus(201);
            assertThat(client.getBlob("restart/upload", DIGEST)).hasBody(CONTENT);
            assertThat(client.getBlob("restart/image", blob)).hasStatus(404);
        }
        assertThat(dataOf(data)).isZero();
    }

    @Test
    void whatNobodyFinishedKeepsNobodyFromStarting(CapturedOutput output) throws Exception {
        Path data = OwnDataDirectory.create();
        Digest image;
        try (RunningRegistry registry = RunningRegistry.start(data)) {
            image = registry.client().pushImage("restart/torn", "v1", 1);
        }
        Files.write(data.resolve("metadata/journal-1000"), new byte[4096]);
        Files.write(data.resolve("metadata/journal-8.bak"), new byte[] {1, 2, 3});
        Path upload = data.resolve("uploads/11111111-2222-4333-8444-555555555555");
        Files.createDirectory(upload);
        Files.write(upload.resolve("session"), List.of("restart/torn", "sha256"));
        Files.createFile(upload.resolve("closing-sha256-abc"));
        try (RunningRegistry registry = RunningRegistry.start(data)) {
            assertThat(registry.client().getManifest("restart/torn", "v1"))
                    .hasStatus(200)
                    .hasHeader("Docker-Content-Digest", image.toString());
            assertThat(registry.client().pushImage("restart/torn", "v2", 2)).isNotNull();
        }
        assertThat(upload).doesNotExist();
        assertThat(data.resolve("metadata/journal-8.bak")).as("not the registry's own").exists();
        assertThat(output.getAll()).contains("0 were closed, 1 were not whole and are deleted");
    }

    private static List<Answer> pushes(RegistryClient client, String upload) {
        ManifestJson index = ManifestJson.index();
        return List.of(
                client.post("/v2/restart/full/blobs/uploads/"),
                client.post(withDigest("/v2/restart/full/blobs/uploads/", DIGEST), CONTENT),
                client.stream("POST", withDigest("/v2/restart/full/blobs/uploads/", DIGEST), CONTENT),
                client.patch(upload, Content.slice(CONTENT, 400_000, 1_000_000)),
                client.stream("PATCH", upload, Content.slice(CONTENT, 400_000, 1_000_000)),
                client.put(withDigest(upload, DIGEST), Content.slice(CONTENT, 400_000, 1_000_000)),
                client.putManifest("restart/image", "v2", MediaType.OCI_INDEX, index.bytes()));
    }

    /** How many bytes of uploads lie in the directory. */
    private static long dataOf(Path data) throws Exception {
        try (Stream<Path> files = Files.walk(data.resolve("uploads"))) {
            return files.filter(file -> file.endsWith("data")).mapToLong(file -> file.toFile().length()).sum();
        }
    }
}
