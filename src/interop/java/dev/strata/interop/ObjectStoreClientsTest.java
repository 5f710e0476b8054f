package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A client, Strata, and a store on S3 that people run. Crane is sent to the store for what it pulls, others are not. */
@Execution(ExecutionMode.CONCURRENT)
class ObjectStoreClientsTest {

    private static final int SIZE = 30_000_000;

    @TempDir
    static Path directory;

    private static VersityGateway store;
    private static StrataProcess strata;

    @BeforeAll
    static void start() throws IOException {
        store = VersityGateway.start(Files.createDirectories(directory.resolve("store")));
        List<String> settings = new ArrayList<>(store.settings());
        settings.add("--strata.storage.s3.redirect=crane");
        strata = StrataProcess.start(
                StrataProcess.program(VersityGateway.credentials()), directory.resolve("data"), settings.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        try (VersityGateway _ = store;
                StrataProcess _ = strata) {
            assertThat(strata.isAlive()).isTrue();
        }
    }

    private static Command crane(String... words) {
        return Command.of("crane", "--insecure").and(words);
    }

    /** A tar with one file of random bytes. */
    private static void writeLayer(String name, long seed) throws IOException {
        Path content = Files.createDirectory(directory.resolve(name));
        byte[] bytes = new byte[SIZE];
        new Random(seed).nextBytes(bytes);
        Files.write(content.resolve("random"), bytes);
        Path tar = directory.resolve(name + ".tar");
        Command.of("tar", "-C", content.toString(), "-cf", tar.toString(), "random").run();
    }

    private static HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + strata.registry().address() + path));
            if (headers.length > 0) {
                request.headers(headers);
            }
            return client.send(request.build(), BodyHandlers.ofByteArray());
        }
    }

    @Test
    void imagesArePushedAndPulledThroughTheRegistryAndFromTheStore() throws Exception {
        writeLayer("pushed", 1);
        String image = strata.registry().image("s3/crane:1");
        crane("append", "-f", directory.resolve("pushed.tar").toString(), "-t", image).run();

        String digest = strata.registry().manifest("s3/crane", "1").at("/layers/0/digest").asString();
        String blob = "/v2/s3/crane/blobs/" + digest;
        HttpResponse<byte[]> sent = get(blob, "User-Agent", "crane/test");
        HttpResponse<byte[]> whole = get(blob);
        HttpResponse<byte[]> part = get(blob, "Range", "bytes=7000000-7999999");

        assertThat(sent.statusCode()).isEqualTo(307);
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(whole.body(), 7_000_000, 8_000_000));
        assertThat(crane("validate", "--remote", image).run().all()).contains("PASS");
        Path exported = directory.resolve("exported.tar");
        crane("export", image, exported.toString()).run();
        Path unpacked = Files.createDirectory(directory.resolve("unpacked"));
        Command.of("tar", "-C", unpacked.toString(), "-xf", exported.toString()).run();
        assertThat(unpacked.resolve("random")).hasSameBinaryContentAs(directory.resolve("pushed").resolve("random"));
    }
}
