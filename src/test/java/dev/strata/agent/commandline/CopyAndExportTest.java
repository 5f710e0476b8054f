package dev.strata.agent.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.OwnDataDirectory;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import dev.strata.testing.RunningRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Repositories that come from one registry to another, and go out of one as image layouts. */
@RegistryTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CopyAndExportTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Autowired
    RegistryClient here;

    private final RunningRegistry other = RunningRegistry.start(OwnDataDirectory.create());
    private final RegistryClient there = other.client();

    @AfterAll
    void stop() {
        other.close();
    }

    private record Run(int code, String text) {}

    private static Run agent(String... words) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        int code = Agent.run(new PrintStream(printed, true, UTF_8), words);
        return new Run(code, printed.toString(UTF_8));
    }

    private Run copy(String... options) {
        List<String> words = new ArrayList<>(List.of("import", "--to", here.origin()));
        words.addAll(List.of(options));
        words.add(there.origin());
        return agent(words.toArray(String[]::new));
    }

    /** An index with one child, a referrer of the child, and a referrer of that. Returns all digests, the index first. */
    private List<Digest> pushFamily(String repository, int seed) {
        ManifestJson child = there.pushBlobsOf(repository, seed);
        there.pushManifest(repository, child.digest(), child);
        ManifestJson index = ManifestJson.index(child.descriptor());
        there.pushManifest(repository, "many", index);
        ManifestJson signature = there.pushBlobsOf(repository, seed + 1).subject(child.digest());
        there.pushManifest(repository, signature.digest(), signature);
        ManifestJson ofSignature = there.pushBlobsOf(repository, seed + 2).subject(signature.digest());
        there.pushManifest(repository, ofSignature.digest(), ofSignature);
        return List.of(index.digest(), child.digest(), signature.digest(), ofSignature.digest());
    }

    @Test
    void allThatTagsNameComesAndWhatRefersToIt() {
        List<Digest> family = pushFamily("copy/all", 70001);
        there.pushImage("copy/other", "1", 70004);

        Run run = copy("--only=copy/al*");

        assertThat(run.code()).as(run.text()).isZero();
        assertThat(run.text()).contains("1 repositories", "1 tags set, 0 as they were", "4 manifests and 6 blobs copied");
        family.forEach(digest -> assertThat(here.getManifest("copy/all", digest)).hasStatus(200));
        assertThat(Content.sha256(here.getManifest("copy/all", "many").body())).isEqualTo(family.getFirst());
        assertThat(here.get("/v2/copy/all/referrers/" + family.get(1)).text()).contains(family.get(2).toString());
        assertThat(here.get("/v2/copy/other/tags/list")).hasStatus(404);
    }

    @Test
    void aSecondRunTakesTheDifferenceAndBlobsComeOnce() {
        there.pushImage("copy/again", "a", 70011);
        there.pushImage("copy/again", "b", 70012);
        assertThat(copy("--only=copy/again").code()).isZero();
        there.pushImage("copy/again", "b", 70013);
        there.pushImage("copy/again2", "b", 70013);

        assertThat(copy("--only=copy/again").text()).contains("1 tags set, 1 as they were", "1 manifests and 2 blobs copied");
        assertThat(copy("--only=copy/again").text()).contains("0 tags set, 2 as they were", "0 manifests and 0 blobs copied");
        // Of another repository, whose blobs are here.
        assertThat(copy("--only=copy/again2").text()).contains("1 tags set", "1 manifests and 0 blobs copied");
    }

    @Test
    void onlySomeTagsComeAndOthersStayWhereTheyAre() {
        there.pushImage("copy/tags", "v1", 70021);
        there.pushImage("copy/tags", "v2", 70022);
        there.pushImage("copy/tags", "dev", 70023);
        Digest own = here.pushImage("copy/tags", "v2", 70024);

        Run run = copy("--only=copy/tags", "--tags=v*", "--keep-tags");

        assertThat(run.text()).contains("1 tags set, 0 as they were, 1 kept");
        assertThat(here.getManifest("copy/tags", "v1")).hasStatus(200);
        assertThat(here.getManifest("copy/tags", "dev")).hasStatus(404);
        assertThat(Content.sha256(here.getManifest("copy/tags", "v2").body())).isEqualTo(own);
    }

    @Test
    void whatCannotBeCopiedIsListedAndTheRestComes() {
        there.pushImage("copy/broken", "whole", 70031);
        there.pushManifest("copy/broken", "sparse", ManifestJson.index(ManifestJson.image(new byte[] {1}).descriptor()));
        byte[] layer = Content.random(70032, 300);
        there.pushImage("copy/broken", "lacks-layer", 70032);
        assertThat(there.delete("/v2/copy/broken/blobs/" + Content.sha256(layer))).hasStatus(202);

        Run run = copy("--only=copy/broken,copy/nowhere");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.text())
                .contains("left behind: copy/broken:sparse: it lists sha256:")
                .contains("left behind: copy/broken:lacks-layer: ", Content.sha256(layer).toString())
                .contains("left behind: copy/nowhere: there is no such repository")
                .contains("3 things were left behind");
        assertThat(here.getManifest("copy/broken", "whole")).hasStatus(200);
        assertThat(here.getManifest("copy/broken", "sparse")).hasStatus(200);
        assertThat(here.getManifest("copy/broken", "lacks-layer")).hasStatus(404);
    }

    @Test
    void aRegistryThatIsNotThereIsSaid() {
        assertThat(agent("import", "--to", here.origin(), "http://127.0.0.1:1").code()).isEqualTo(3);
        assertThat(agent("export", "--registry", here.origin(), "-o", "nowhere.tar", "export/nowhere").code()).isEqualTo(3);
        assertThat(agent("export", "--registry", here.origin(), "-o", "nowhere.tar", "Export").code()).isEqualTo(2);
    }

    @Test
    void aRepositoryBecomesAnImageLayout(@TempDir Path directory) throws IOException {
        List<Digest> family = pushFamily("export/all", 70041);
        there.pushImage("export/all", "1", 70044);
        there.pushImage("export/all", "latest", 70044);

        Run run = agent("export", "--registry", there.origin(), "-o", directory.toString(), "export/all");

        assertThat(run.code()).as(run.text()).isZero();
        assertThat(directory.resolve("oci-layout")).hasContent("{\"imageLayoutVersion\":\"1.0.0\"}");
        JsonNode index = JSON.readTree(Files.readAllBytes(directory.resolve("index.json")));
        TreeSet<String> names = new TreeSet<>();
        for (JsonNode entry : index.path("manifests")) {
            Digest digest = Digest.of(entry.path("digest").asString());
            byte[] content = Files.readAllBytes(directory.resolve("blobs/sha256").resolve(digest.hex()));
            assertThat(content).hasSize(entry.path("size").asInt());
            assertThat(entry.path("mediaType").asString()).contains("vnd.oci.image");
            names.add(entry.at("/annotations/org.opencontainers.image.ref.name").asString("-"));
        }
        assertThat(names).containsExactly("-", "1", "latest", "many");
        assertThat(index.path("manifests")).hasSize(5);
        // Four images with a configuration and a layer each, and an index.
        try (var blobs = Files.list(directory.resolve("blobs/sha256"))) {
            List<Path> all = blobs.toList();
            assertThat(all).hasSize(4 * 3 + 1);
            for (Path blob : all) {
                assertThat(Content.sha256(Files.readAllBytes(blob)).hex()).isEqualTo(blob.getFileName().toString());
            }
        }
        family.forEach(digest -> assertThat(directory.resolve("blobs/sha256").resolve(digest.hex())).exists());
    }

    @Test
    void aTarOfALayoutIsTheSameWheneverItIsWritten(@TempDir Path directory) throws IOException {
        pushFamily("export/tar", 70051);
        Path first = directory.resolve("first.tar");

        assertThat(agent("export", "--registry", there.origin(), "-o", first.toString(), "export/tar").code()).isZero();
        ByteArrayOutputStream streamed = new ByteArrayOutputStream();
        int code = Agent.run(
                new PrintStream(streamed, true, UTF_8), "export", "--registry", there.origin(), "-o", "-", "export/tar");

        assertThat(code).isZero();
        assertThat(streamed.toByteArray()).isEqualTo(Files.readAllBytes(first)).hasSizeGreaterThan(10_240);
        assertThat(directory).isDirectoryNotContaining("glob:**unfinished*");
    }
}
