package dev.strata.savings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.savings.check.DiskCheck;
import dev.strata.storage.directory.DataDirectory;
import dev.strata.testing.Content;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** What the account says of the disk is what {@code du} says of the data directory. */
@RegistryTest
@TestPropertySource(properties = "strata.test.data-directory=its own") // neither finds what others leave nor they what it does
class DiskAccountTest {

    @Autowired
    RegistryClient registry;

    @Autowired
    DataDirectory directory;

    @Autowired
    DiskCheck check;

    private Api api;

    @BeforeEach
    void open() {
        api = new Api(registry);
    }

    @Test
    void itAddsUpToWhatDuCounts() {
        registry.pushImage("disk/a", "1", 1);
        registry.pushImage("disk/a", "2", 2);
        Digest unreferenced = registry.pushBlob("disk/a", Content.random(3, 70_000));
        registry.delete(RegistryClient.blob("disk/a", registry.pushBlob("disk/a", Content.random(4, 30_000))));
        String upload = registry.startUpload("disk/a");
        registry.patch(upload, Content.random(5, 12_345));
        look();
        assertAgrees();
        JsonNode figures = api.get("");
        assertThat(figures.at("/on_disk/uploads").longValue()).isGreaterThan(12_345);
        assertThat(figures.at("/waiting/unreferenced").longValue()).isGreaterThanOrEqualTo(70_000);
        assertThat(figures.at("/waiting/unlinked").longValue()).isGreaterThanOrEqualTo(30_000);

        registry.close(upload, Content.sha256(Content.random(5, 12_345)));
        registry.delete(RegistryClient.blob("disk/a", unreferenced));
        assertAgrees();
    }

    @Test
    void aBrokenBlobThatWasSetAsideIsCountedAndItsHealingToo() throws IOException {
        byte[] content = Content.random(10, 9_000);
        Digest digest = registry.pushBlob("disk/broken", content);
        Files.write(file(digest), new byte[100]);
        assertThat(registry.getBlob("disk/broken", digest)).hasStatus(404);
        look();
        look();
        assertAgrees();
        assertThat(api.get("").at("/on_disk/broken").longValue()).isEqualTo(100);
        assertThat(api.get("").at("/on_disk/unexplained").longValue()).isEqualTo(-9_000);

        registry.pushBlob("disk/broken", content);
        look();
        assertThat(api.get("").at("/on_disk/unexplained").longValue()).isZero();
        assertAgrees();
        Files.delete(setAside());
    }

    @Test
    void filesOfNobodyAreUnexplained() throws IOException {
        Path root = directory.root();
        Path stray = Files.write(root.resolve("notes.txt"), "nobody's".getBytes(StandardCharsets.UTF_8));
        byte[] content = Content.random(11, 400);
        Path withoutRow = file(Content.sha256(content));
        Files.createDirectories(withoutRow.getParent());
        Path noBlob = Files.write(withoutRow.resolveSibling("something"), new byte[30]);
        Awaitility.await("a moment at which the registry does not look by itself").untilAsserted(() -> {
            Files.deleteIfExists(withoutRow);
            look();
            Files.write(withoutRow, content);
            look();
            assertThat(api.get("").at("/on_disk/unexplained").longValue())
                    .as("a file without a row may be one that is just being pushed")
                    .isEqualTo(8 + 30);
        });
        look();
        assertThat(api.get("").at("/on_disk/unexplained").longValue()).isEqualTo(8 + 30 + 400);
        assertAgrees();
        Files.delete(stray);
        Files.delete(withoutRow);
        Files.delete(noBlob);
        look();
        assertThat(api.get("").at("/on_disk/unexplained").longValue()).isZero();
    }

    private Path file(Digest digest) {
        return directory.root().resolve("blobs/sha256").resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
    }

    private Path setAside() throws IOException {
        try (var broken = Files.list(directory.root().resolve("broken"))) {
            return broken.findFirst().orElseThrow();
        }
    }

    /** At every file. */
    private void look() {
        check.look();
    }

    /** Once the database has written what it had in memory. */
    private void assertAgrees() {
        Awaitility.await().untilAsserted(() -> {
            long before = du();
            JsonNode disk = api.get("").path("on_disk");
            assertThat(disk.path("total").longValue()).as("%s", disk).isEqualTo(before).isEqualTo(du());
            long sum = 0;
            for (String part : new String[] {"blobs", "waiting", "uploads", "broken", "metadata", "unexplained"}) {
                sum += disk.path(part).longValue();
            }
            assertThat(sum).isEqualTo(before);
        });
    }

    private long du() throws IOException {
        Process du = new ProcessBuilder(
                        "du", "--apparent-size", "--block-size=1", "--summarize", directory.root().toString())
                .start();
        String answer = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return Long.parseLong(answer.split("\\s")[0]);
    }
}
