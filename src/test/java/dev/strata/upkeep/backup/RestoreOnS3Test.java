package dev.strata.upkeep.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.testing.Content;
import dev.strata.testing.OnS3;
import dev.strata.testing.OwnDataDirectory;
import dev.strata.testing.RunningRegistry;
import dev.strata.testing.S3Server;
import dev.strata.upkeep.commands.Given;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A registry whose database is embedded and whose blobs are on S3 comes back in another bucket, and as files. */
class RestoreOnS3Test {

    private static final byte[] LARGE = Content.random(5_501, 11_000_000);

    @TempDir
    Path directory;

    private final String bucket = UUID.randomUUID().toString();

    private record Restored(int code, String text, Path data) {}

    private Restored restore(Path data, String... settings) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        List<String> words = new ArrayList<>();
        Stream.of(settings).filter(setting -> setting.startsWith("strata.stor")).map(setting -> "--" + setting).forEach(words::add);
        words.add("--strata.data-dir=" + data);
        words.add(directory.resolve("backups").toString());
        int code = new CommandLine(new RestoreCommand(new PrintStream(printed, true, UTF_8)))
                .execute(words.toArray(String[]::new));
        return new Restored(code, printed.toString(UTF_8), data);
    }

    @Test
    void aBackupIsRestoredToAnotherBucketOrToADirectory() throws Exception {
        Path data = OwnDataDirectory.create();
        Digest image;
        try (RunningRegistry registry = RunningRegistry.start(data, OnS3.Store.settings(bucket))) {
            image = registry.client().pushImage("restore/s3", "1", 5_502);
            registry.client().pushBlob("restore/s3", LARGE);
            assertThat(Given.command(data, "backup", directory.resolve("backups").toString()).text()).contains("is written");
        }
        String other = UUID.randomUUID().toString();
        Path spoiled = BackupDirectory.blob(directory.resolve("backups"), Content.sha256(LARGE));
        byte[] wrong = LARGE.clone();
        wrong[10_500_000] ^= 1;
        Files.write(spoiled, wrong);

        Path target = directory.resolve("in-bucket");
        Restored damaged = restore(target, OnS3.Store.settings(other));
        Restored unknown = restore(directory.resolve("unused"), "strata.storag.kind=s3");
        Files.write(spoiled, LARGE);
        Restored inBucket = restore(directory.resolve("again"), OnS3.Store.settings(other));
        Restored asFiles = restore(directory.resolve("as-files"));

        assertThat(damaged.code()).isEqualTo(1);
        assertThat(damaged.text()).contains("damaged: " + Content.sha256(LARGE));
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(inBucket.code()).as(inBucket.text()).isZero();
        assertThat(asFiles.code()).as(asFiles.text()).isZero();
        S3Server.shared().list(bucket + "/").forEach(S3Server.shared()::remove);
        try (RunningRegistry registry = RunningRegistry.start(inBucket.data(), OnS3.Store.settings(other))) {
            assertHas(registry, image);
        }
        try (RunningRegistry registry = RunningRegistry.start(asFiles.data())) {
            assertHas(registry, image);
        }
    }

    private static void assertHas(RunningRegistry registry, Digest image) {
        assertThat(Content.sha256(registry.client().getManifest("restore/s3", "1").body())).isEqualTo(image);
        Digest layer = Digest.of(registry.client().getManifest("restore/s3", "1").json().at("/layers/0/digest").stringValue());
        assertThat(registry.client().getBlob("restore/s3", layer)).hasStatus(200);
        assertThat(registry.client().getBlob("restore/s3", Content.sha256(LARGE))).hasStatus(200).hasBody(LARGE);
    }
}
