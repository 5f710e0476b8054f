package dev.strata.upkeep.moving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.crash.KillableServer;
import dev.strata.oci.Digest;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.PackagedStrata;
import dev.strata.testing.RegistryClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Imports, backups and what is restored from them, onto disks that are full, and from and onto some that nobody can write to.
 * Each ends and says so, leaves nothing that looks whole, and goes on when there is room. Mounting such disks takes root.
 */
@Execution(ExecutionMode.CONCURRENT)
class MovingDiskTest {

    private static final int IMAGES = 40;
    private static final int MEBIBYTE = 1 << 20;
    private static final String REPOSITORY = "moved/app";

    @TempDir
    Path directory;

    private final List<Path> disks = new ArrayList<>();
    private final Map<String, Digest> images = new LinkedHashMap<>();

    @AfterEach
    void unmount() throws Exception {
        for (Path disk : disks) {
            assertThat(execute("umount", disk.toString()).code()).isZero();
        }
    }

    @Test
    void whatDoesNotFitEndsAndGoesOnWhereThereIsRoom() throws Exception {
        DistributionTree tree = new DistributionTree(disk("source", 2 * IMAGES));
        fill(tree);
        remount("source", "ro");

        Path data = disk("data", 64).resolve("data");
        refuses("disk is full", "import", tree.root().toString(), "--strata.data-dir=" + data, "--strata.min-free=4MB");
        remount("data", "size=300m");
        succeeds("import", tree.root().toString(), "--strata.data-dir=" + data);

        Path backups = disk("backups", IMAGES / 2);
        try (KillableServer server = KillableServer.start(data)) {
            refuses("No space left", "backup", backups.toString(), "--strata.data-dir=" + data);
            assertThat(backupsIn(backups)).isEmpty();
            assertServed(server);
            remount("backups", "size=300m");
            succeeds("backup", backups.toString(), "--strata.data-dir=" + data);
            assertThat(backupsIn(backups)).hasSize(1);
            remount("backups", "ro"); // nothing of it is open
            refuses("Read-only file system", "backup", backups.toString(), "--strata.data-dir=" + data);
            assertServed(server);
        }
        isRestored(backups);
    }

    private void isRestored(Path backups) throws Exception {
        Path restored = disk("restored", IMAGES / 2).resolve("data");
        refuses("No space left", "restore", backups.toString(), "--strata.data-dir=" + restored);
        remount("restored", "size=300m,ro");
        refuses("Read-only file system", "restore", backups.toString(), "--strata.data-dir=" + restored);
        remount("restored", "rw");
        succeeds("restore", backups.toString(), "--strata.data-dir=" + restored);
        try (KillableServer server = KillableServer.start(restored)) {
            assertServed(server);
        }
    }

    private void fill(DistributionTree tree) throws IOException {
        for (int i = 0; i < IMAGES; i++) {
            byte[] config = DistributionTree.config(i);
            byte[] layer = Content.random(i, MEBIBYTE);
            tree.putBlob(config);
            tree.putBlob(layer);
            Digest digest = tree.putManifest(REPOSITORY, ManifestJson.image(config, layer).bytes());
            tree.tag(REPOSITORY, "t" + i, digest);
            images.put("t" + i, digest);
        }
    }

    private void assertServed(KillableServer server) {
        RegistryClient client = new RegistryClient(server.port());
        images.forEach((tag, digest) -> {
            var manifest = client.getManifest(REPOSITORY, tag);
            assertThat(Content.sha256(manifest.body())).isEqualTo(digest);
            Digest layer = Digest.of(manifest.json().at("/layers/0/digest").stringValue());
            assertThat(Content.sha256(client.getBlob(REPOSITORY, layer).body())).isEqualTo(layer);
        });
    }

    /** Those that have a name, and so are whole. */
    private static List<Path> backupsIn(Path backups) throws IOException {
        try (Stream<Path> runs = Files.list(backups.resolve("runs"))) {
            return runs.filter(run -> !run.toString().endsWith(".unfinished")).toList();
        }
    }

    private Path disk(String name, int mebibytes) throws Exception {
        Path disk = Files.createDirectory(directory.resolve(name));
        assertThat(execute("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "strata-" + name, disk.toString()).code())
                .isZero();
        disks.add(disk);
        return disk;
    }

    private void remount(String name, String option) throws Exception {
        Ended mounted = execute("mount", "-o", "remount," + option, directory.resolve(name).toString());
        assertThat(mounted.code()).as(mounted.output()).isZero();
    }

    private void succeeds(String... words) throws Exception {
        Ended run = strata(words);
        assertThat(run.code()).as(run.output()).isZero();
    }

    /** It says why in words. */
    private void refuses(String because, String... words) throws Exception {
        Ended run = strata(words);
        assertThat(run.code()).as(run.output()).isNotZero();
        assertThat(run.output()).containsIgnoringCase(because).doesNotContain("\tat ");
    }

    private record Ended(int code, String output) {}

    private Ended strata(String... words) throws Exception {
        List<String> command = new ArrayList<>(PackagedStrata.words("-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(words));
        return execute(command.toArray(String[]::new));
    }

    private Ended execute(String... words) throws Exception {
        Path log = directory.resolve("command.log");
        Process process = new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).as(Files.readString(log)).isTrue();
        return new Ended(process.exitValue(), Files.readString(log));
    }
}
