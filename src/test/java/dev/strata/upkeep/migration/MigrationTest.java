package dev.strata.upkeep.migration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.strata.Strata;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.testing.Content;
import dev.strata.testing.OnPostgres;
import dev.strata.testing.OnS3;
import dev.strata.testing.OwnDataDirectory;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RunningRegistry;
import dev.strata.upkeep.commands.CommandCaller;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import tools.jackson.databind.JsonNode;

/** A registry is moved from its own directory to PostgreSQL and S3, and back, as its owner would do it. */
class MigrationTest {

    /** More than a part of an object. */
    private static final int LARGE = 6_000_000;

    private static final String REPOSITORY = "moved/app";

    private final byte[] large = Content.random(90_001, LARGE);

    @TempDir
    Path directory;

    private record Ended(int code, String text) {}

    private Ended migrate(Path file, Path data, String... settings) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CommandCaller caller = new CommandCaller(
                Map.of(),
                given -> new SpringApplicationBuilder(Strata.class)
                        .run(Stream.concat(
                                        Stream.of("--server.port=-1", "--server.address=127.0.0.1", "--management.server.port=-1"),
                                        given.stream())
                                .toArray(String[]::new)),
                new PrintStream(out, true, UTF_8));
        List<String> words = new ArrayList<>(List.of("migrate", "--to=" + file, "--strata.data-dir=" + data));
        Stream.of(settings).map(setting -> "--" + setting).forEach(words::add);
        return new Ended(caller.run(words), out.toString(UTF_8));
    }

    private Path file(String name, Path data, String... settings) throws IOException {
        List<String> lines = new ArrayList<>(List.of(settings));
        lines.add("strata.data-dir=" + data.toAbsolutePath());
        return Files.write(directory.resolve(name), lines);
    }

    @Test
    void everythingIsThereAfterAMoveThereAndBack() throws Exception {
        Path embedded = OwnDataDirectory.create();
        Path replica = OwnDataDirectory.create();
        Path back = OwnDataDirectory.create();
        String[] elsewhere = Stream.of(OnPostgres.Database.settings(), OnS3.Store.settings(UUID.randomUUID().toString()))
                .flatMap(Stream::of)
                .toArray(String[]::new);
        Path there = file("there.properties", replica, elsewhere);
        JsonNode figures;
        Digest damaged;
        try (RunningRegistry registry = RunningRegistry.start(embedded)) {
            push(registry.client());
            damaged = registry.client().pushBlob(REPOSITORY, Content.random(90_005, 500));
            Files.write(embedded.resolve("blobs/sha256/" + damaged.hex().substring(0, 2) + "/" + damaged.hex()), new byte[500]);

            Ended first = migrate(there, embedded);

            assertThat(first.code()).as(first.text()).isEqualTo(3);
            assertThat(first.text()).contains("damaged or missing: " + damaged).contains("stop Strata");
            assertThat(catchThrowable(() -> RunningRegistry.start(replica, elsewhere).close()))
                    .rootCause()
                    .hasMessageContaining("not all of it has arrived");
            assertSaysWhatIsWrong(embedded);
            registry.client().pushImage(REPOSITORY, "late", 90_004);
            figures = figures(registry.client());
        }
        Ended last = migrate(there, embedded);
        assertThat(last.code()).as(last.text()).isEqualTo(1);
        assertThat(last.text()).contains("2 blobs copied").contains("push them again");

        try (RunningRegistry registry = RunningRegistry.start(replica, elsewhere)) {
            assertHasAll(registry.client());
            assertThat(registry.client().getBlob(REPOSITORY, damaged)).hasStatus(404);
            assertThat(figures(registry.client())).isEqualTo(figures);
            registry.client().pushBlob(REPOSITORY, Content.random(90_005, 500)); // heals it
            registry.client().pushImage(REPOSITORY, "pushed-there", 90_006);
            figures = figures(registry.client());
        }
        assertThat(migrate(there, embedded).text()).contains("that database is not empty");

        Ended returned = migrate(file("back.properties", back), replica, elsewhere);
        assertThat(returned.code()).as(returned.text()).isZero();
        try (RunningRegistry registry = RunningRegistry.start(back)) {
            assertHasAll(registry.client());
            assertThat(registry.client().getBlob(REPOSITORY, damaged)).hasStatus(200);
            assertThat(registry.client().getManifest(REPOSITORY, "pushed-there")).hasStatus(200);
            assertThat(figures(registry.client())).isEqualTo(figures);
        }
    }

    private void push(RegistryClient client) {
        client.pushImage(REPOSITORY, "1", 90_002);
        client.pushImage("moved/other", "1", 90_002);
        client.pushBlob(REPOSITORY, large);
        client.pushBlob(REPOSITORY, Content.random(90_003, 100), DigestAlgorithm.SHA512);
        client.pushBlob(REPOSITORY, new byte[0]);
    }

    private void assertHasAll(RegistryClient client) {
        for (String tag : List.of("1", "late")) {
            JsonNode manifest = client.getManifest(REPOSITORY, tag).json();
            String layer = manifest.path("layers").path(0).path("digest").asString();
            assertThat(Content.sha256(client.getBlob(REPOSITORY, Digest.of(layer)).body()).toString()).isEqualTo(layer);
        }
        assertThat(client.getManifest("moved/other", "1")).hasStatus(200);
        assertThat(client.getBlob(REPOSITORY, Content.sha256(large))).hasStatus(200).hasBody(large);
        byte[] other = Content.random(90_003, 100);
        assertThat(client.getBlob(REPOSITORY, Content.sha512(other))).hasStatus(200).hasBody(other);
        assertThat(client.getBlob(REPOSITORY, Content.sha256(new byte[0]))).hasStatus(200).hasBody(new byte[0]);
    }

    /** What the rows come to. */
    private static JsonNode figures(RegistryClient client) {
        await("the books").until(() -> client.get("/api/savings").json().path("pending").intValue() == 0);
        return client.get("/api/savings/repositories").json().path("repositories");
    }

    private void assertSaysWhatIsWrong(Path data) throws IOException {
        assertThat(migrate(Files.writeString(directory.resolve("none"), "a=b\n"), data).text())
                .contains("must say strata.data-dir");
        assertThat(migrate(file("same", data), data).text()).contains("is served by another process");
        assertThat(migrate(file("s3", OwnDataDirectory.create(), "strata.storage.kind=s3"), data).text())
                .contains("strata.storage.s3.bucket must be set");
        Path full = Files.createDirectories(OwnDataDirectory.create().resolve("blobs/sha256/ab"));
        Files.write(full.resolve("abcd"), new byte[1]);
        assertThat(migrate(file("full", full.resolve("../../..").normalize()), data).text())
                .contains("there are blobs already");
    }
}
