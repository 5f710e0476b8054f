package dev.strata.upkeep.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.storage.BlobStore;
import dev.strata.storage.BlobStore.Deletion;
import dev.strata.storage.StoredBlob;
import dev.strata.storage.directory.DataDirectory;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.NoLongWrites;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import dev.strata.testing.RunningRegistry;
import dev.strata.upkeep.commands.Given;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.test.context.TestPropertySource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** Backups of a registry that is in use, and what is restored from them. */
@RegistryTest
@TestPropertySource(properties = "spring.application.name=backup") // a registry of its own: each backup has all of it
@NoLongWrites
class BackupTest {

    @Autowired
    RegistryClient client;

    @Autowired
    DataDirectory data;

    @Autowired
    BlobStore store;

    private Path backups = Path.of("unset");

    @BeforeEach
    void makeDirectory() throws IOException {
        backups = Files.createTempDirectory(Files.createDirectories(Path.of("target", "test-data")), "backups");
    }

    private Given backup(String... options) {
        List<String> words = new ArrayList<>(List.of("backup"));
        words.addAll(List.of(options));
        words.add(backups.toString());
        return Given.command(data, words.toArray(String[]::new));
    }

    private record Restored(int code, String text, Path data) {}

    private Restored restore(String... options) throws IOException {
        return restoreTo(Files.createTempDirectory(Path.of("target", "test-data"), "restored"), options);
    }

    private Restored restoreTo(Path target, String... options) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        List<String> words = new ArrayList<>(List.of(options));
        words.add("--strata.data-dir=" + target);
        words.add(backups.toString());
        int code = new CommandLine(new RestoreCommand(new PrintStream(printed, true, UTF_8)))
                .execute(words.toArray(String[]::new));
        return new Restored(code, printed.toString(UTF_8), target);
    }

    private List<Path> runs() throws IOException {
        try (var runs = Files.list(backups.resolve("runs"))) {
            return runs.sorted().toList();
        }
    }

    @Test
    void aBackupTakesWhatIsNewAndEachCanBeRestored() throws Exception {
        Digest first = client.pushImage("backup/steps", "1", 80_801);
        byte[] other = Content.random(80_809, 300);
        Digest sha512 = client.pushBlob("backup/steps", other, DigestAlgorithm.SHA512);
        ManifestJson child = client.pushBlobsOf("backup/steps", 80_810);
        client.pushManifest("backup/steps", child.digest(), child);
        client.pushManifest("backup/steps", "index", ManifestJson.index(child.descriptor()));
        Given one = backup();
        Digest second = client.pushImage("backup/steps", "1", 80_802);
        Digest third = client.pushImage("backup/steps", "3", 80_803);

        Given two = backup();

        assertThat(one.text()).contains("is written");
        assertThat(two.text()).contains("is written: 4 new blobs");
        assertThat(runs()).hasSize(2);
        try (RunningRegistry last = RunningRegistry.start(restore().data())) {
            assertThat(pulled(last, "1")).isEqualTo(second);
            assertThat(pulled(last, "3")).isEqualTo(third);
            assertThat(last.client().getBlob("backup/steps", sha512)).hasStatus(200).hasBody(other);
            assertThat(last.client().getManifest("backup/steps", "index")).hasStatus(200);
            assertThat(pulledWhole(last, child.digest().toString())).isTrue();
        }
        try (RunningRegistry older = RunningRegistry.start(restore("--run=" + runs().getFirst().getFileName(), "--copy").data())) {
            assertThat(pulled(older, "1")).isEqualTo(first);
            assertThat(older.client().getManifest("backup/steps", "3")).hasStatus(404);
            older.client().pushImage("backup/steps", "4", 80_804);
            assertThat(pulledWhole(older, "4")).isTrue();
        }
    }

    private static Digest pulled(RunningRegistry registry, String tag) {
        assertThat(pulledWhole(registry, tag)).isTrue();
        return Content.sha256(registry.client().getManifest("backup/steps", tag).body());
    }

    private static boolean pulledWhole(RunningRegistry registry, String tag) {
        return isWhole(registry.client(), "backup/steps", tag);
    }

    /** Whether a tag is there, and all blobs that its image names. */
    private static boolean isWhole(RegistryClient client, String repository, String tag) {
        Answer manifest = client.getManifest(repository, tag);
        if (manifest.status() != 200) {
            return false;
        }
        JsonNode json = manifest.json();
        List<String> digests = new ArrayList<>(List.of(json.at("/config/digest").asString()));
        json.path("layers").forEach(layer -> digests.add(layer.path("digest").asString()));
        return digests.stream().allMatch(digest -> {
            Answer blob = client.getBlob(repository, Digest.of(digest));
            return blob.status() == 200 && Content.sha256(blob.body()).toString().equals(digest);
        });
    }

    /** Whatever is pushed and moved meanwhile: what was acknowledged before is there, and what is there is whole. */
    @Test
    void aBackupUnderLoadLosesNothingThatWasAcknowledgedBefore() throws Exception {
        Map<String, Digest> acknowledged = new ConcurrentHashMap<>();
        AtomicInteger seed = new AtomicInteger(8_000_000);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger pushes = new AtomicInteger();
        Map<String, Digest> before;
        try (ExecutorService pushing = Executors.newFixedThreadPool(3)) {
            for (int i = 0; i < 3; i++) {
                String repository = "backup/load" + i;
                pushing.submit(() -> {
                    for (int n = 0; !stop.get(); n++) {
                        String tag = "t" + n % 20;
                        Digest pushed = client.pushImage(repository, tag, seed.incrementAndGet());
                        acknowledged.put(repository + ":" + n + ":" + pushed, pushed);
                        pushes.incrementAndGet();
                    }
                });
            }
            while (pushes.get() < 30) {
                Thread.onSpinWait();
            }
            before = Map.copyOf(acknowledged);

            Given run = backup();

            stop.set(true);
            assertThat(run.text()).contains("is written");
        }
        try (RunningRegistry restored = RunningRegistry.start(restore().data())) {
            before.forEach((name, digest) -> assertThat(
                            restored.client().getManifest(name.substring(0, name.indexOf(':')), digest))
                    .as(name)
                    .hasStatus(200));
            for (int i = 0; i < 3; i++) {
                String repository = "backup/load" + i;
                for (JsonNode tag : restored.client().get("/v2/" + repository + "/tags/list").json().path("tags")) {
                    assertThat(isWhole(restored.client(), repository, tag.asString())).as(repository + ":" + tag).isTrue();
                }
            }
        }
    }

    /** Its disk is taken away after it. */
    @Test
    void aBackupThatIsWrittenLeavesNoFileOpen() throws Exception {
        client.pushImage("backup/closed", "1", 80_812);

        assertThat(backup().text()).contains("is written");

        Path disk = backups.toRealPath();
        assertThat(openFiles()).isNotEmpty().noneMatch(file -> file.startsWith(disk));
    }

    /** Those of this process, in which the registry is. One that was deleted is among them. */
    private static List<Path> openFiles() throws IOException {
        List<Path> open = new ArrayList<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                try {
                    open.add(Files.readSymbolicLink(descriptor));
                } catch (NoSuchFileException e) {
                    // closed since it was listed: the registry is at work
                }
            }
        }
        return open;
    }

    @Test
    void noBlobIsDeletedWhileABackupKeepsThem() throws Exception {
        byte[] content = Content.random(80_805, 100);
        Digest digest = client.pushBlob("backup/kept", content);
        StoredBlob blob = new StoredBlob(digest, 100, "sha256/" + digest.hex().substring(0, 2) + "/" + digest.hex());
        try (BlobStore.Kept _ = store.keepAll()) {
            Deletion[] deletion = new Deletion[1];
            Thread other = Thread.ofPlatform().start(() -> {
                try {
                    deletion[0] = store.delete(blob, () -> false);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            other.join();
            assertThat(deletion[0]).isEqualTo(Deletion.BUSY);
        }
        assertThat(client.getBlob("backup/kept", digest)).hasStatus(200);
    }

    @Test
    void whatIsDamagedIsInNoBackupAndIsSaid() throws Exception {
        byte[] content = Content.random(80_806, 5_000);
        Digest digest = client.pushBlob("backup/damaged", content);
        Path file = data.root().resolve("blobs/sha256/" + digest.hex().substring(0, 2) + "/" + digest.hex());
        byte[] rotten = content.clone();
        rotten[4_000] ^= 1;
        Files.write(file, rotten);

        Given run = backup();

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.text()).contains("are damaged or missing");
        assertThat(BackupDirectory.blob(backups, digest)).doesNotExist();
        client.pushBlob("backup/damaged", content);
        assertThat(backup().text()).contains("is written");
        assertThat(BackupDirectory.blob(backups, digest)).exists();
    }

    @Test
    void whatABackupLeftUnfinishedIsNoBackup() throws Exception {
        client.pushImage("backup/unfinished", "1", 80_807);
        assertThat(restore().text()).contains("has no such backup");
        backup();
        Path unfinished = Files.createDirectory(backups.resolve("runs/2999-01-01T00.00.00Z.unfinished"));
        Files.writeString(backups.resolve("blobs/unfinished"), "a part");

        assertThat(restore().code()).isZero();
        assertThat(backup().text()).contains("is written: 0 new blobs");

        assertThat(unfinished).doesNotExist();
    }

    @Test
    void oldBackupsGoWithTheBlobsThatOnlyTheyHad() throws Exception {
        Digest needed = client.pushBlob("backup/old", Content.random(80_811, 300));
        backup();
        backup();
        Digest unneeded = Content.sha256(new byte[] {1, 2, 3});
        Path gone = BackupDirectory.blob(backups, unneeded);
        Files.createDirectories(gone.getParent());
        Files.write(gone, new byte[] {1, 2, 3});

        Given run = backup("--keep=2");

        assertThat(run.text()).contains("1 blobs went with older backups");
        assertThat(runs()).hasSize(2);
        assertThat(gone).doesNotExist();
        assertThat(BackupDirectory.blob(backups, needed)).exists();
        assertThat(restore().code()).isZero();
    }

    @Test
    void aRestoreThatWasBrokenOffGoesOnAndIsNotServedBefore() throws Exception {
        Digest layer = client.pushBlob("backup/broken-off", Content.random(80_808, 300));
        backup();
        Path target = Files.createTempDirectory(Path.of("target", "test-data"), "restored");
        Files.createFile(target.resolve("restoring"));
        Files.createDirectories(target.resolve("metadata"));
        Files.writeString(target.resolve("metadata/strata.mv.db"), "a part");
        Files.writeString(target.resolve("unfinished"), "a part");
        assertThat(catchThrowable(() -> DataDirectory.open(target)))
                .hasMessageContaining("restore it again");

        assertThat(restoreTo(target).code()).isZero();

        DataDirectory.open(target).close();
        List<Digest> known = new ArrayList<>();
        try (SingleConnectionDataSource database = CopiedDatabase.readOnly(target.resolve("metadata"))) {
            new BlobRows(database).visitAll(blob -> known.add(blob.digest()));
        }
        assertThat(known).contains(layer);
        assertThat(target.resolve("blobs/sha256/" + layer.hex().substring(0, 2) + "/" + layer.hex())).exists();
        assertThat(restoreTo(target).text()).contains("is not empty");
    }
}
