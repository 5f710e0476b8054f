package dev.strata.upkeep.moving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.crash.KillableServer;
import dev.strata.oci.Digest;
import dev.strata.testing.Content;
import dev.strata.testing.PackagedStrata;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Imports, backups and restores that are killed at random moments go on when they are given again, and lose nothing. */
class MovingCrashIT {

    private static final int IMAGES = 150;
    /** About as long as each of them takes. */
    private static final int LONGEST_MILLIS = 4_000;

    private final int kills = Size.of("strata.moving.kills", 1, 20);
    private final long seed = Long.getLong("strata.moving.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir
    Path directory;

    @Test
    void whatIsKilledGoesOnWhereItWas() throws Exception {
        System.out.println("strata.moving.seed=" + seed);
        DistributionTree tree = new DistributionTree(directory.resolve("old"));
        Map<String, Digest> images = new LinkedHashMap<>();
        for (int i = 0; i < IMAGES; i++) {
            images.put("t" + i, tree.putImage("crash/moved", "t" + i, i));
        }
        Path data = directory.resolve("data");
        kill("import", tree.root().toString(), "--strata.data-dir=" + data);
        run("import", tree.root().toString(), "--strata.data-dir=" + data);
        assertHas(data, images);

        Path backups = directory.resolve("backups");
        backUpWhileTheServerIsKilled(data, backups, images);
        Path restored = directory.resolve("restored");
        kill("restore", backups.toString(), "--strata.data-dir=" + restored);
        if (!Files.exists(restored) || Files.exists(restored.resolve("restoring"))) { // else one of them came to its end
            run("restore", backups.toString(), "--strata.data-dir=" + restored);
        }
        assertHas(restored, images);
    }

    private void kill(String... words) throws IOException, InterruptedException {
        for (int i = 0; i < kills; i++) {
            Process process = start(words);
            process.waitFor(300 + random.nextInt(LONGEST_MILLIS), TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
        }
    }

    private void run(String... words) throws IOException, InterruptedException {
        Process last = start(words);
        assertThat(last.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(last.exitValue()).as(Files.readString(log())).isZero();
    }

    /** Each backup that has a name is whole, also after the process that wrote it was killed. */
    private void backUpWhileTheServerIsKilled(Path data, Path backups, Map<String, Digest> images) throws Exception {
        for (int i = 0; i <= kills; i++) {
            try (KillableServer server = KillableServer.start(data)) {
                Digest pushed = new RegistryClient(server.port()).pushImage("crash/moved", "pushed" + i, 10_000 + i);
                images.put("pushed" + i, pushed);
                Process backup = start("backup", backups.toString(), "--strata.data-dir=" + data);
                if (i < kills) {
                    backup.waitFor(random.nextInt(LONGEST_MILLIS / 4), TimeUnit.MILLISECONDS);
                    server.kill();
                }
                assertThat(backup.waitFor(2, TimeUnit.MINUTES)).isTrue();
                if (i == kills) {
                    assertThat(backup.exitValue()).as(Files.readString(log())).isZero();
                }
            }
        }
        try (Stream<Path> runs = Files.list(backups.resolve("runs"))) {
            for (Path run : runs.filter(path -> !path.toString().endsWith(".unfinished")).toList()) {
                for (String line : Files.readAllLines(run.resolve("blobs"))) {
                    Digest digest = Digest.of(line.substring(0, line.indexOf(' ')));
                    Path blob = backups.resolve("blobs/sha256").resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
                    assertThat(Content.sha256(Files.readAllBytes(blob))).isEqualTo(digest);
                }
            }
        }
    }

    private Process start(String... words) throws IOException {
        List<String> command = new ArrayList<>(PackagedStrata.words("-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log().toFile()).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return process;
    }

    private Path log() {
        return directory.resolve("command.log");
    }

    /** In a process of its own: this one would keep the database open. */
    private static void assertHas(Path data, Map<String, Digest> images) throws IOException {
        try (KillableServer server = KillableServer.start(data)) {
            RegistryClient client = new RegistryClient(server.port());
            images.forEach((tag, digest) -> {
                assertThat(Content.sha256(client.getManifest("crash/moved", tag).body())).isEqualTo(digest);
                for (Digest blob : blobs(client, tag)) {
                    assertThat(Content.sha256(client.getBlob("crash/moved", blob).body())).isEqualTo(blob);
                }
            });
        }
    }

    private static List<Digest> blobs(RegistryClient client, String tag) {
        JsonNode manifest = client.getManifest("crash/moved", tag).json();
        List<Digest> digests = new ArrayList<>(List.of(Digest.of(manifest.at("/config/digest").asString())));
        manifest.path("layers").forEach(layer -> digests.add(Digest.of(layer.path("digest").asString())));
        return digests;
    }
}
