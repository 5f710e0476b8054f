package dev.strata.upkeep.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.crash.KillableServer;
import dev.strata.oci.Digest;
import dev.strata.testing.Content;
import dev.strata.testing.OnPostgres;
import dev.strata.testing.OnS3;
import dev.strata.testing.OwnDataDirectory;
import dev.strata.testing.PackagedStrata;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RunningRegistry;
import dev.strata.testing.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A move that is killed at random moments goes on when it is given again, and loses nothing. */
class MigrationCrashIT {

    private static final int IMAGES = Size.of("strata.moving.images", 40, 150);
    /** About as long as a move takes. */
    private static final int LONGEST_MILLIS = 6_000;

    private final int kills = Size.of("strata.moving.kills", 1, 20);
    private final long seed = Long.getLong("strata.moving.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir
    Path directory;

    @Test
    void whatIsKilledGoesOnAndNothingIsLost() throws Exception {
        System.out.println("strata.moving.seed=" + seed);
        Path embedded = OwnDataDirectory.create().toAbsolutePath();
        Map<String, Digest> images = new LinkedHashMap<>();
        try (KillableServer server = KillableServer.start(embedded)) {
            RegistryClient client = new RegistryClient(server.port());
            for (int i = 0; i < IMAGES; i++) {
                images.put("t" + i, client.pushImage("crash/migrated", "t" + i, 91_000 + i));
            }
            server.kill(); // some of it is in the journal only
        }
        String[] elsewhere = Stream.of(OnPostgres.Database.settings(), OnS3.Store.settings(UUID.randomUUID().toString()))
                .flatMap(Stream::of)
                .toArray(String[]::new);
        Path replica = OwnDataDirectory.create().toAbsolutePath();
        moveInSpiteOfKills(file("there", replica, elsewhere), "--strata.data-dir=" + embedded);
        try (RunningRegistry registry = RunningRegistry.start(replica, elsewhere)) {
            assertHas(registry.client(), images);
        }
    }

    private Path file(String name, Path data, String... settings) throws IOException {
        List<String> lines = new ArrayList<>(List.of(settings));
        lines.add("strata.data-dir=" + data);
        return Files.write(directory.resolve(name), lines);
    }

    private void moveInSpiteOfKills(Path to, String... source) throws IOException, InterruptedException {
        for (int i = 0; i < kills; i++) {
            Process process = start(to, source);
            process.waitFor(1_000 + random.nextInt(LONGEST_MILLIS), TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
        }
        Process last = start(to, source);
        assertThat(last.waitFor(5, TimeUnit.MINUTES)).isTrue();
        // A move that came to its end before it was killed leaves a target that is not empty.
        assertThat(Files.readString(log())).containsAnyOf("the registry is moved", "is not empty");
    }

    private Process start(Path to, String... source) throws IOException {
        // Where the SDK looks for credentials, too.
        List<String> command = new ArrayList<>(PackagedStrata.words(
                "-XX:TieredStopAtLevel=1",
                "-Daws.accessKeyId=" + System.getProperty("aws.accessKeyId"),
                "-Daws.secretAccessKey=" + System.getProperty("aws.secretAccessKey")));
        command.addAll(List.of("migrate", "--to=" + to));
        command.addAll(List.of(source));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log().toFile()).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return process;
    }

    private Path log() {
        return directory.resolve("command.log");
    }

    private static void assertHas(RegistryClient client, Map<String, Digest> images) {
        images.forEach((tag, digest) -> {
            var manifest = client.getManifest("crash/migrated", tag);
            assertThat(manifest).as("the manifest of " + tag).hasStatus(200);
            assertThat(Content.sha256(manifest.body())).isEqualTo(digest);
            for (String pointer : List.of("/config/digest", "/layers/0/digest")) {
                Digest blob = Digest.of(manifest.json().at(pointer).asString());
                assertThat(Content.sha256(client.getBlob("crash/migrated", blob).body())).isEqualTo(blob);
            }
        });
    }
}
