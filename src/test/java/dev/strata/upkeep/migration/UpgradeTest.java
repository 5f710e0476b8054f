package dev.strata.upkeep.migration;

import static dev.strata.cache.http.CacheCalls.run;
import static dev.strata.cache.http.CacheCalls.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.cache.http.CacheCalls;
import dev.strata.cache.http.TestLayer;
import dev.strata.oci.Digest;
import dev.strata.step.Step;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.OnPostgres;
import dev.strata.testing.OwnDataDirectory;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RunningRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * What an earlier version left is served by this one, on both databases. {@code src/test/resources/upgrade} has one recording
 * for each version whose schema is supported, named after its last migration. The first test makes the next of them.
 */
class UpgradeTest {

    private static final String REPOSITORY = "upgrade/app";
    private static final Step STEP = step(Optional.empty(), run("make"));
    private static final String[] EMBEDDED = {};

    @Test
    void whatThisVersionLeavesIsServed() throws Exception {
        Path file = Files.createDirectories(Path.of("target", "upgrade")).resolve("this.jsonl");
        String[] database = OnPostgres.Database.settings();
        Path data = OwnDataDirectory.create().toAbsolutePath();
        Map<String, Digest> images = new LinkedHashMap<>();
        try (RunningRegistry registry = RunningRegistry.start(data, database);
                Connection rows = DriverManager.getConnection(value(database[0]), "postgres", "postgres")) {
            fill(registry.client(), images);
            RecordedRegistry.write(file, rows, data.resolve("blobs"), images);
        }
        assertIsServed(RecordedRegistry.read(file), EMBEDDED);
    }

    @ParameterizedTest
    @ValueSource(strings = "27.jsonl")
    void whatAnEarlierVersionLeftIsServed(String recording) throws Exception {
        RecordedRegistry earlier = RecordedRegistry.read(Path.of("src", "test", "resources", "upgrade", recording));
        assertIsServed(earlier, EMBEDDED);
        assertIsServed(earlier, OnPostgres.Database.settings());
    }

    private static void fill(RegistryClient client, Map<String, Digest> images) {
        for (int seed = 1; seed <= 3; seed++) {
            images.put(REPOSITORY + ":v" + seed, client.pushImage(REPOSITORY, "v" + seed, seed));
        }
        images.put("upgrade/other:latest", client.pushImage("upgrade/other", "latest", 1));
        Digest deleted = client.pushImage(REPOSITORY, "deleted", 4);
        assertThat(client.delete(RegistryClient.manifest(REPOSITORY, deleted))).hasStatus(202);
        CacheCalls cache = new CacheCalls(client, REPOSITORY);
        byte[] tar = Content.random(5, 300);
        cache.commit(STEP, new TestLayer(tar, Content.sha256(tar), TestLayer.PLAIN));
        awaitFigures(client);
    }

    private static void awaitFigures(RegistryClient client) {
        await("the figures").atMost(Duration.ofMinutes(1)).until(() -> client.get("/api/savings").json().get("pending").intValue() == 0);
    }

    private static String value(String setting) {
        return setting.substring(setting.indexOf('=') + 1);
    }

    private static void assertIsServed(RecordedRegistry earlier, String... database) throws Exception {
        Path data = OwnDataDirectory.create().toAbsolutePath();
        Map<String, Object> settings = new HashMap<>();
        Stream.of(database).forEach(setting -> settings.put(setting.substring(0, setting.indexOf('=')), value(setting)));
        settings.put("strata.data-dir", data.toString());
        settings.put("spring.flyway.target", Integer.toString(earlier.version()));
        try (MigrationTarget target = MigrationTarget.open(settings, new MigrationSource("recorded"))) {
            assertThat(checksums(target)).as("migrations that were in use").isEqualTo(earlier.checksums());
            earlier.restore(target);
            MigrationSource.forget(target.jdbc());
            target.makeDurable();
        }
        try (RunningRegistry registry = RunningRegistry.start(data, database)) {
            assertHas(registry.client(), earlier.images());
        }
    }

    private static Map<Integer, Integer> checksums(MigrationTarget target) {
        Map<Integer, Integer> checksums = new HashMap<>();
        target.jdbc().query("select version, checksum from flyway_schema_history where version is not null", row -> {
            checksums.put(row.getInt("version"), row.getInt("checksum"));
        });
        return checksums;
    }

    private static void assertHas(RegistryClient client, List<RecordedRegistry.Image> images) {
        for (RecordedRegistry.Image image : images) {
            Answer manifest = client.getManifest(image.repository(), image.tag());
            assertThat(manifest).hasStatus(200);
            assertThat(Content.sha256(manifest.body())).isEqualTo(image.digest());
            assertBlob(client, image.repository(), manifest.json().at("/config/digest"));
            assertBlob(client, image.repository(), manifest.json().at("/layers/0/digest"));
        }
        assertThat(client.getManifest(REPOSITORY, "deleted")).hasStatus(404);
        assertThat(new CacheCalls(client, REPOSITORY).get(STEP.key(), "")).hasStatus(200);
        Digest pushed = client.pushImage(REPOSITORY, "new", 6);
        assertThat(client.getManifest(REPOSITORY, pushed)).hasStatus(200);
        awaitFigures(client);
    }

    private static void assertBlob(RegistryClient client, String repository, JsonNode digest) {
        Digest blob = Digest.of(digest.asString());
        assertThat(Content.sha256(client.getBlob(repository, blob).body())).isEqualTo(blob);
    }
}
