package dev.strata.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Strata on a file system of its own that is too small. Mounting one takes root. */
@Execution(ExecutionMode.CONCURRENT)
class DiskFullTest {

    private static final int MEBIBYTE = 1 << 20;
    private static final int DISK_MEBIBYTES = 256;
    /** What Strata leaves free, for its database above all. */
    private static final int RESERVE_MEBIBYTES = 64;
    private static final String REPOSITORY = "interop/disk-full";

    private final Path disk;
    private final Path ballast;

    DiskFullTest(@TempDir Path directory) {
        this.disk = directory.resolve("disk");
        this.ballast = disk.resolve("ballast");
    }

    @BeforeEach
    void mount() throws IOException {
        Files.createDirectory(disk);
        Command.of("mount", "-t", "tmpfs", "-o", "size=" + DISK_MEBIBYTES + "m", "strata-disk-full", disk.toString()).run();
    }

    @AfterEach
    void unmount() {
        Command.of("umount", disk.toString()).run();
    }

    @Test
    void pushThatDoesNotFitIsRefusedAndLeavesNothingBehind() throws IOException {
        try (StrataProcess strata = start()) {
            Registry registry = strata.registry();
            byte[] small = content(1, 1);
            push(registry, small);
            leaveFree(RESERVE_MEBIBYTES + 4);
            long free = free();

            byte[] large = content(2, 16);
            URI session = registry.openUpload(REPOSITORY);
            HttpResponse<byte[]> refused =
                    registry.finishUpload(session, Registry.digestOf(large), BodyPublishers.ofByteArray(large));

            assertRefused(refused);
            assertThat(registry.hasBlob(REPOSITORY, Registry.digestOf(large))).isFalse();
            assertThat(registry.get("/v2/" + REPOSITORY + "/blobs/" + Registry.digestOf(small)).body()).isEqualTo(small);
            assertThat(registry.cancelUpload(session).statusCode()).as("the session, if it is still there").isIn(204, 404);
            await("the room that the refused push took").until(() -> free() > free - MEBIBYTE);

            Files.delete(ballast);
            push(registry, large);
            assertThat(strata.isAlive()).isTrue();
        }
    }

    /** Others on the same disk do not keep to Strata's reserve. */
    @Test
    void pullsGoOnWhileNotOneByteIsFreeAndPushesAfterIt(@TempDir Path directory) throws IOException {
        try (StrataProcess strata = start()) {
            Registry registry = strata.registry();
            String image = registry.image(REPOSITORY + ":1");
            Command tag = Command.of("crane", "tag", "--insecure", image, "2");
            crane(image, layer(directory, "small", content(3, 1))).run();
            String digest = registry.digest(REPOSITORY, "1");
            leaveFree(0);

            byte[] other = content(4, 1);
            HttpResponse<byte[]> refused = registry.post(REPOSITORY, Registry.digestOf(other), BodyPublishers.ofByteArray(other));
            Command.Output refusedTag = tag.attempt();

            assertRefused(refused);
            assertThat(refusedTag.exitCode()).isNotZero();
            assertThat(registry.hasBlob(REPOSITORY, Registry.digestOf(other))).isFalse();
            assertThat(registry.hasManifest(REPOSITORY, "2")).isFalse();
            // For long enough that whatever Strata writes from time to time has come upon the full disk.
            await("pulls while the disk is full").during(Duration.ofSeconds(12)).atMost(Duration.ofSeconds(30))
                    .until(() -> registry.hasManifest(REPOSITORY, digest));
            assertThat(registry.digest(REPOSITORY, "1")).isEqualTo(digest);
            Command.of("crane", "validate", "--insecure", "--remote", image).run();

            Files.delete(ballast);
            push(registry, other);
            tag.run();
            assertThat(registry.digest(REPOSITORY, "2")).isEqualTo(digest);
            assertThat(strata.isAlive()).isTrue();
        }
    }

    /** A client says why it failed, and what was there before is still what the tag stands for. */
    @Test
    void clientTellsThatThereIsNoRoom(@TempDir Path directory) throws IOException {
        try (StrataProcess strata = start()) {
            String image = strata.registry().image(REPOSITORY + ":1");
            Path small = layer(directory, "small", content(5, 1));
            Path large = layer(directory, "large", content(6, 16));
            crane(image, small).run();
            String before = strata.registry().digest(REPOSITORY, "1");
            leaveFree(RESERVE_MEBIBYTES + 4);

            Command.Output failed = crane(image, large).attempt();

            assertThat(failed.exitCode()).isNotZero();
            assertThat(failed.errors()).contains("disk is full");
            assertThat(strata.registry().digest(REPOSITORY, "1")).isEqualTo(before);
            Files.delete(ballast);
            crane(image, large).run();
            assertThat(strata.registry().digest(REPOSITORY, "1")).isNotEqualTo(before);
        }
    }

    private StrataProcess start() throws IOException {
        Path data = Files.createDirectory(disk.resolve("data"));
        return StrataProcess.start(data, "--strata.min-free=" + RESERVE_MEBIBYTES + "MB");
    }

    private static void assertRefused(HttpResponse<byte[]> answer) {
        String body = new String(answer.body(), UTF_8);
        assertThat(answer.statusCode()).as(body).isEqualTo(507);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(Registry.json(body).get("errors").get(0).get("message").asString()).isNotBlank();
    }

    private static void push(Registry registry, byte[] content) {
        String digest = Registry.digestOf(content);
        HttpResponse<byte[]> answer =
                registry.finishUpload(registry.openUpload(REPOSITORY), digest, BodyPublishers.ofByteArray(content));
        assertThat(answer.statusCode()).as(() -> new String(answer.body(), UTF_8)).isEqualTo(201);
        assertThat(registry.hasBlob(REPOSITORY, digest)).isTrue();
    }

    private static Command crane(String image, Path layer) {
        return Command.of("crane", "append", "--insecure", "-t", image, "-f", layer.toString());
    }

    private static Path layer(Path directory, String name, byte[] content) throws IOException {
        Files.write(directory.resolve(name), content);
        Path layer = directory.resolve(name + ".tar");
        Command.of("tar", "-C", directory.toString(), "-cf", layer.toString(), name).run();
        return layer;
    }

    /** Takes up what is free but for some mebibytes. */
    private void leaveFree(int mebibytes) throws IOException {
        int page = 4096;
        try (OutputStream output = Files.newOutputStream(ballast)) {
            // The disk's own bookkeeping takes some of the room too, so it is asked again until it is as full as it should be.
            for (long excess; (excess = free() - (long) mebibytes * MEBIBYTE) >= page; ) {
                output.write(new byte[(int) Math.min(MEBIBYTE, excess - excess % page)]);
            }
        }
    }

    private long free() throws IOException {
        return Files.getFileStore(disk).getUsableSpace();
    }

    private static byte[] content(long seed, int mebibytes) {
        byte[] content = new byte[mebibytes * MEBIBYTE];
        new Random(seed).nextBytes(content);
        return content;
    }
}
