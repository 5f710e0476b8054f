package dev.strata.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The kernel refuses for a while to force anything to the disk. It may drop what it could not write and call the next
 * force a success, so Strata acknowledges nothing more until it is started again.
 */
@Execution(ExecutionMode.CONCURRENT)
class DiskFaultTest {

    private static final String REPOSITORY = "interop/disk-fault";

    private final Path directory;

    DiskFaultTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** Blobs and names are forced by fsync, the journal by fdatasync. */
    @ParameterizedTest
    @ValueSource(strings = {"fsync", "fdatasync"})
    void nothingIsAcknowledgedOnceAForceFailed(String call) throws Exception {
        byte[] before = content(1);
        byte[] during = content(2);
        byte[] after = content(3);
        Path data = Files.createDirectory(directory.resolve("data"));
        try (StrataProcess strata = StrataProcess.start(data)) {
            Registry registry = strata.registry();
            assertThat(push(registry, before).statusCode()).isEqualTo(201);
            awaitLive(registry);

            Process faults = fail(call, strata.pid());
            assertRefused(push(registry, during));
            faults.destroy();
            assertThat(faults.waitFor(30, TimeUnit.SECONDS)).as("strace ended").isTrue();

            // The disk is well again, and proves nothing by it.
            assertRefused(push(registry, during));
            assertRefused(push(registry, after));
            assertThat(isLive(registry)).as("liveness, so that somebody starts it again").isFalse();
            assertThat(pull(registry, before)).isEqualTo(before);
        }

        try (StrataProcess strata = StrataProcess.start(data)) {
            Registry registry = strata.registry();
            awaitLive(registry);
            assertThat(pull(registry, before)).isEqualTo(before);
            assertThat(registry.hasBlob(REPOSITORY, Registry.digestOf(after))).isFalse();
            for (byte[] content : new byte[][] {during, after}) {
                assertThat(push(registry, content).statusCode()).isEqualTo(201);
                assertThat(pull(registry, content)).isEqualTo(content);
            }
        }
    }

    /** Lets a system call of a process fail until it is ended. */
    private Process fail(String call, long pid) throws IOException {
        Path log = directory.resolve("strace.log");
        Process strace = new ProcessBuilder(
                        "strace", "-f", "-o", directory.resolve("calls").toString(), "-e", "trace=" + call,
                        "-e", "inject=" + call + ":error=EIO", "-p", String.valueOf(pid))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(strace::destroyForcibly));
        await("strace").until(() -> Files.readString(log).contains("attached"));
        return strace;
    }

    private static HttpResponse<byte[]> push(Registry registry, byte[] content) {
        return registry.post(REPOSITORY, Registry.digestOf(content), BodyPublishers.ofByteArray(content));
    }

    private static byte[] pull(Registry registry, byte[] content) {
        return registry.get("/v2/" + REPOSITORY + "/blobs/" + Registry.digestOf(content)).body();
    }

    private static boolean isLive(Registry registry) {
        return registry.get("/actuator/health/liveness").statusCode() == 200;
    }

    /** The first request is served a moment before Spring Boot says that the process is well. */
    private static void awaitLive(Registry registry) {
        await("liveness").until(() -> isLive(registry));
    }

    private static void assertRefused(HttpResponse<byte[]> answer) {
        String body = new String(answer.body(), UTF_8);
        assertThat(answer.statusCode()).as(body).isEqualTo(503);
        assertThat(Registry.json(body).get("errors").get(0).get("code").asString()).isEqualTo("UNAVAILABLE");
    }

    private static byte[] content(long seed) {
        byte[] content = new byte[100_000];
        new Random(seed).nextBytes(content);
        return content;
    }
}
