package dev.strata.upkeep.moving;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.storage.directory.DataDirectory;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.NoLongWrites;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import dev.strata.testing.Size;
import dev.strata.upkeep.commands.Given;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;

@RegistryTest
@NoLongWrites
class DirectoryImportTest {

    @Autowired
    RegistryClient client;

    @Autowired
    DataDirectory data;

    @TempDir
    Path directory;

    private DistributionTree tree = new DistributionTree(Path.of("unset"));

    /** On the file system of the data directory, where there can be links. */
    @BeforeEach
    void makeTree() throws IOException {
        Path root = Files.createDirectories(Path.of("target", "test-data"));
        tree = new DistributionTree(Files.createTempDirectory(root, "distribution"));
    }

    @Test
    void whatIsWholeComesInWithoutItsBytesBeingCopied() throws IOException {
        Digest image = tree.putImage("import/whole/app", "1", 1);
        tree.tag("import/whole/app", "latest", image);
        Digest child = tree.putManifest("import/whole/app", tree.image(2).bytes());
        ManifestJson index = ManifestJson.index(tree.image(2).descriptor());
        Digest indexed = tree.putManifest("import/whole/app", index.bytes());
        tree.tag("import/whole/app", "many", indexed);
        Digest referrer = tree.putManifest("import/whole/app", tree.image(3).subject(image).bytes());
        tree.putImage("import/whole", "1", 1);

        Given run = run();

        assertThat(run.code()).as(run.text()).isZero();
        assertThat(run.lines())
                .contains("2 repositories", "4 tags set, 0 as they were, 0 kept as this registry has them", "5 manifests taken")
                .anyMatch(line -> line.endsWith(" 2 shared between repositories"));
        assertThat(client.get("/v2/import/whole/app/tags/list").text()).contains("[\"1\",\"latest\",\"many\"]");
        assertThat(pulled("import/whole/app", "latest")).isEqualTo(image);
        assertThat(pulled("import/whole/app", "many")).isEqualTo(indexed);
        assertThat(pulled("import/whole/app", child)).isEqualTo(child);
        assertThat(client.get("/v2/import/whole/app/referrers/" + image).text()).contains(referrer.toString());
        Digest layer = Content.sha256(DistributionTree.layer(1));
        assertThat(client.getBlob("import/whole", layer)).hasStatus(200).hasBody(DistributionTree.layer(1));
        assertThat(Files.isSameFile(stored(layer), tree.blob(layer))).isTrue();
    }

    /** What the distribution project's registry says of them too. */
    @Test
    void aManifestThatDoesNotSayItsTypeGetsTheOneThatItHas() throws IOException {
        Digest image = tree.putManifest("import/types", DistributionTree.withoutType(tree.image(11)));
        tree.tag("import/types", "image", image);
        ManifestJson listing = ManifestJson.index(ManifestJson.descriptor(MediaType.OCI_MANIFEST.value(), image, 400));
        tree.tag("import/types", "index", tree.putManifest("import/types", DistributionTree.withoutType(listing)));
        tree.tag("import/types", "docker", tree.putManifest("import/types", tree.image(12).as(MediaType.DOCKER_MANIFEST).bytes()));

        assertThat(run().code()).isZero();

        assertThat(type("image")).isEqualTo(MediaType.OCI_MANIFEST.value());
        assertThat(type("index")).isEqualTo(MediaType.OCI_INDEX.value());
        assertThat(type("docker")).isEqualTo(MediaType.DOCKER_MANIFEST.value());
    }

    private String type(String tag) {
        return client.getManifest("import/types", tag).header("Content-Type");
    }

    @Test
    void aSecondRunTakesTheDifference() throws IOException {
        Digest first = tree.putImage("import/again", "moves", 21);
        tree.putImage("import/again", "stays", 22);
        assertThat(run().code()).isZero();
        Digest second = tree.putImage("import/again", "moves", 23);

        Given again = run();

        assertThat(again.code()).isZero();
        assertThat(again.lines())
                .contains("1 tags set, 1 as they were, 0 kept as this registry has them", "1 manifests taken")
                .anyMatch(line -> line.startsWith("2 blobs linked"));
        assertThat(pulled("import/again", "moves")).isEqualTo(second);
        assertThat(pulled("import/again", first)).isEqualTo(first);
        assertThat(run().lines()).contains("0 manifests taken", "0 tags set, 2 as they were, 0 kept as this registry has them");
    }

    @Test
    void aTagStaysWhereItIsIfThatIsWanted() throws IOException {
        Digest here = client.pushImage("import/kept", "1", 31);
        tree.putImage("import/kept", "1", 32);
        tree.putImage("import/kept", "2", 33);

        Given run = run("--keep-tags");

        assertThat(run.lines()).contains("1 tags set, 0 as they were, 1 kept as this registry has them");
        assertThat(pulled("import/kept", "1")).isEqualTo(here);
    }

    @Test
    void onlyWhatAPatternNamesComes() throws IOException {
        tree.putImage("import/some/a", "1", 41);
        tree.putImage("import/some/deep/b", "1", 41);
        tree.putImage("import/other", "1", 41);

        assertThat(run("--only=import/some/**").lines()).contains("2 repositories");

        assertThat(client.getManifest("import/other", "1")).hasStatus(404);
        assertThat(client.getManifest("import/some/deep/b", "1")).hasStatus(200);
    }

    @Test
    void whatIsBrokenIsListedAndTheRestComes() throws IOException {
        String name = "import/broken";
        Digest whole = tree.putImage(name, "whole", 51);
        tree.tag(name, "schema1", tree.putManifest(name, "{\"schemaVersion\":1,\"name\":\"x\",\"fsLayers\":[]}".getBytes(UTF_8)));
        Digest empty = tree.putImage(name, "empty", 52);
        tree.spoil(empty, new byte[0]);
        Digest gone = tree.putImage(name, "gone", 53);
        tree.lose(gone);
        Digest noJson = tree.putManifest(name, "no manifest".getBytes(UTF_8));
        tree.tag(name, "text", noJson);
        Digest lacksLayer = tree.putImage(name, "lacks-layer", 54);
        tree.lose(Content.sha256(DistributionTree.layer(54)));
        tree.putImage(name, "lacks-config", 55);
        tree.lose(Content.sha256(DistributionTree.config(55)));
        tree.putImage(name, "rotten-config", 56);
        tree.spoil(Content.sha256(DistributionTree.config(56)), "{\"another\": 1}".getBytes(UTF_8));
        tree.putImage(name, "empty-config", 57);
        tree.spoil(Content.sha256(DistributionTree.config(57)), new byte[0]);
        Digest rotten = tree.putImage(name, "rotten", 58);
        tree.spoil(rotten, tree.image(51).bytes());
        tree.tag(name, "deleted", Content.sha256(new byte[] {1}));
        DistributionTree.write(tree.tagLink(name, "torn"), new byte[0]);
        DistributionTree.write(tree.tagLink(name, "-no-tag"), whole.toString().getBytes(UTF_8));
        Files.delete(tree.revisionLink(name, tree.putManifest(name, tree.image(59).bytes())));
        DistributionTree.write(tree.revisionLink(name, Content.sha256(new byte[] {2})), "sha256:zz".getBytes(UTF_8));
        tree.putImage("import/Upper", "1", 51);
        Map<String, String> before = snapshot();

        Given run = run();

        assertThat(run.code()).isEqualTo(1);
        assertThat(left(run))
                .containsExactlyInAnyOrder(
                        "schema 1: import/broken:schema1",
                        "empty file: import/broken:empty",
                        "missing: import/broken:gone",
                        "refused: import/broken:text",
                        "missing: import/broken:lacks-layer",
                        "refused: import/broken:lacks-layer",
                        "missing: import/broken:lacks-config",
                        "refused: import/broken:lacks-config",
                        "damaged: import/broken:rotten-config",
                        "refused: import/broken:rotten-config",
                        "empty file: import/broken:empty-config",
                        "refused: import/broken:empty-config",
                        "damaged: import/broken:rotten",
                        "broken link: import/broken:deleted",
                        "broken link: import/broken:torn",
                        "refused: import/broken:-no-tag",
                        "broken link: import/broken@" + Content.sha256(new byte[] {2}),
                        "refused: import/Upper");
        assertThat(run.lines())
                .contains("left behind: 2 files without a byte", "left behind: 1 manifests of Docker's schema 1")
                .contains("left behind: 3 links that lead nowhere");
        assertThat(client.get("/v2/import/broken/tags/list").text()).contains("[\"whole\"]");
        assertThat(pulled(name, "whole")).isEqualTo(whole);
        assertThat(client.getManifest(name, lacksLayer)).hasStatus(404);
        assertThat(snapshot()).as("the source").isEqualTo(before);
    }

    /** The first two words of what is left behind, and of which image it is. */
    private static List<String> left(Given run) {
        return run.lines().stream()
                .filter(line -> line.matches("(schema 1|empty file|missing|damaged|broken link|refused|unreadable): .*"))
                .map(line -> line.replaceFirst("^(missing|damaged|empty file): sha256:\\w+ of ", "$1: "))
                .map(line -> line.replaceFirst("^((?:[a-z1]+ )?[a-z1]+: [^ :]+(?::[^ :]+)?).*", "$1"))
                .toList();
    }

    @Test
    void whatAnotherFileSystemHasIsCopied() throws IOException {
        Path memory = Path.of("/dev/shm");
        assumeTrue(Files.isDirectory(memory) && !Files.getFileStore(memory).equals(Files.getFileStore(data.root())));
        Path elsewhere = Files.createTempDirectory(memory, "strata-import");
        try {
            tree = new DistributionTree(elsewhere);
            tree.putImage("import/copied", "1", 61);

            Given run = run();

            assertThat(run.lines()).contains("0 blobs linked (0 bytes), 2 copied (5,047 bytes), 0 shared between repositories");
            assertThat(client.getBlob("import/copied", Content.sha256(DistributionTree.layer(61)))).hasStatus(200);
        } finally {
            delete(elsewhere);
        }
    }

    @Test
    void aBlobThatWasLostComesAgain() throws IOException {
        tree.putImage("import/healed", "1", 71);
        run();
        Digest layer = Content.sha256(DistributionTree.layer(71));
        Files.delete(stored(layer));
        assertThat(client.getBlob("import/healed", layer)).hasStatus(404);

        assertThat(run().code()).isZero();

        assertThat(client.getBlob("import/healed", layer)).hasStatus(200);
    }

    @Test
    void whatIsNoSuchDirectoryIsRefusedInWords() {
        Given run = Given.command(data, "import", directory.toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.text()).contains(directory + " is no directory of a registry");
    }

    /**
     * Thousands of tags, and as many bytes as wanted: layers are holes with a few bytes at their end, so that the disk need not
     * have them.
     */
    @Test
    void manyTagsAndBytes() throws Exception {
        int tags = Size.of("strata.import.tags", 300, 10_000);
        int layers = Size.of("strata.import.layers", 4, 100);
        long mebibytes = Size.of("strata.import.layer-mebibytes", 1, 1_024);
        List<byte[]> configs = new ArrayList<>();
        List<Digest> digests = holes(layers, mebibytes);
        for (int i = 0; i < tags; i++) {
            byte[] config = DistributionTree.config(1_000_000 + i);
            tree.putBlob(config);
            ManifestJson manifest = ManifestJson.image(config)
                    .layer(ManifestJson.descriptor(ManifestJson.LAYER, digests.get(i % layers), mebibytes << 20));
            tree.tag("import/large", "t" + i, tree.putManifest("import/large", manifest.bytes()));
            configs.add(config);
        }
        long start = System.nanoTime();

        Given run = run();

        Duration took = Duration.ofNanos(System.nanoTime() - start);
        System.out.printf("%,d tags with %,d MiB of layers took %s to import%n", tags, layers * mebibytes, took);
        assertThat(run.code()).as(run.text()).isZero();
        assertThat(run.lines()).anyMatch(line -> line.startsWith("%,d tags set".formatted(tags)));
        for (int i = 0; i < tags; i += Math.max(1, tags / 100)) {
            assertThat(client.getManifest("import/large", "t" + i)).hasStatus(200);
            assertThat(client.head("/v2/import/large/blobs/" + digests.get(i % layers))).hasStatus(200);
            assertThat(client.getBlob("import/large", Content.sha256(configs.get(i)))).hasStatus(200);
        }
        start = System.nanoTime();
        assertThat(run().lines()).anyMatch(line -> line.contains("%,d as they were".formatted(tags)));
        System.out.printf("and %s to find that nothing is new%n", Duration.ofNanos(System.nanoTime() - start));
        delete(tree.root());
    }

    private List<Digest> holes(int layers, long mebibytes) throws Exception {
        MessageDigest zeros = MessageDigest.getInstance("SHA-256");
        byte[] part = new byte[1 << 20];
        for (long i = 0; i < mebibytes - 1; i++) {
            zeros.update(part);
        }
        List<Digest> digests = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            byte[] end = new byte[1 << 20];
            byte[] number = Content.random(i, 16);
            System.arraycopy(number, 0, end, end.length - number.length, number.length);
            MessageDigest whole = (MessageDigest) zeros.clone();
            Digest digest = Digest.ofBytes(whole.digest(end));
            Files.createDirectories(tree.blob(digest).getParent());
            try (RandomAccessFile file = new RandomAccessFile(tree.blob(digest).toFile(), "rw")) {
                file.setLength(mebibytes << 20);
                file.seek((mebibytes << 20) - number.length);
                file.write(number);
            }
            digests.add(digest);
        }
        return digests;
    }

    private Given run(String... options) {
        List<String> words = new ArrayList<>(List.of("import"));
        words.addAll(List.of(options));
        words.add(tree.root().toString()); // relative to where the command is given
        return Given.command(data, words.toArray(String[]::new));
    }

    private Digest pulled(String repository, Object reference) {
        return Content.sha256(client.getManifest(repository, reference).body());
    }

    private Path stored(Digest digest) {
        return data.root()
                .resolve("blobs/%s/%s/%s".formatted(digest.algorithm().prefix(), digest.hex().substring(0, 2), digest.hex()));
    }

    /** Each file of the source with what it has and when it was changed. */
    private Map<String, String> snapshot() throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> files = Files.walk(tree.root())) {
            files.forEach(file -> {
                try {
                    String content = Files.isRegularFile(file) ? Content.sha256(Files.readAllBytes(file)).toString() : "";
                    all.put(file.toString(), Files.getLastModifiedTime(file) + " " + content);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return all;
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
