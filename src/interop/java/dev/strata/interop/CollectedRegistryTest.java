package dev.strata.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Real clients push, delete and pull while the registry collects what was deleted. Its grace is a few seconds only. */
class CollectedRegistryTest {

    private static final Duration GRACE = Duration.ofSeconds(4);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static StrataProcess strata;
    private static Registry registry;

    @BeforeAll
    static void start(@TempDir Path directory) {
        strata = StrataProcess.start(
                directory.resolve("data"), "--strata.upkeep.grace=" + GRACE.toSeconds() + "s", "--strata.upkeep.undo=10m");
        registry = strata.registry();
    }

    @AfterAll
    static void stop() {
        strata.close();
    }

    /** The engine remembers where layers are. They are collected there while it pushes them elsewhere, and at last here too. */
    @Test
    void layersThatAreCollectedAreSentAgain(@TempDir Path directory) throws IOException {
        String there = registry.image("collected/there:1");
        String here = registry.image("collected/here:1");
        Docker.build(layers(directory, "shared"), there);
        Docker.command("tag", there, here).run();
        Docker.push(there);
        String layer = registry.manifest("collected/there", "1").at("/layers/0/digest").asString();
        delete("collected/there", "1");
        giveUp();

        do {
            String digest = Docker.push(here);
            assertThat(crane("validate", "--remote", here)).contains("PASS");
            delete("collected/here", digest);
            giveUp();
        } while (registry.hasBlob("collected/there", layer));
        await("the end of the layer here").atMost(PATIENCE).until(() -> !registry.hasBlob("collected/here", layer));

        String pushed = Docker.push(here);
        assertThat(Docker.pullAnew(here)).isEqualTo(pushed);
    }

    @Test
    void whatIsDeletedCannotBePulledUntilItIsTakenBack(@TempDir Path directory) throws IOException {
        String image = registry.image("collected/back:1");
        Docker.build(layers(directory, "taken back"), image);
        String digest = Docker.push(image);
        delete("collected/back", digest);
        Docker.command("image", "rm", "--force", image).run();

        Command.Output refused = Docker.command("pull", image).attempt();
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.errors()).containsAnyOf("not found", "unknown");

        awaitCollection();
        assertThat(registry.send("POST", "/api/repositories/collected/back/tags/1/restore").statusCode()).isEqualTo(200);
        assertThat(Docker.pullAnew(image)).isEqualTo(digest);
    }

    /** One build moves the tag of another, whose parts go with it; an index shares a part that has a tag; one is signed. */
    @Test
    void whatIsKeptStaysWholeWithItsPartsSignaturesAndAttestations(@TempDir Path directory) throws IOException {
        String repository = "collected/platforms";
        String image = registry.image(repository + ":1");
        String old = build(layers(Files.createDirectory(directory.resolve("old")), "the old one"), image);
        List<String> gone = parts(repository, old);
        String kept = build(layers(Files.createDirectory(directory.resolve("new")), "the new one"), image);
        List<String> stay = parts(repository, kept);
        gone.removeAll(stay);
        String child = stay.getFirst();
        String named = registry.image(repository + ":named");
        crane("copy", registry.image(repository + "@" + child), named);
        String other = registry.image(repository + ":other");
        crane("index", "append", "-m", named, "-t", other);
        String signature = kept.replace(':', '-') + ".sig";
        crane("copy", named, registry.image(repository + ":" + signature));
        String signatureOfOld = old.replace(':', '-') + ".sig";
        crane("mutate", "--label", "signs=old", "-t", registry.image(repository + ":" + signatureOfOld), named);

        delete(repository, old);
        delete(repository, registry.digest(repository, "other"));
        giveUp();
        awaitCollection();

        assertThat(gone).as("BuildKit's parts of what was deleted").isNotEmpty();
        gone.forEach(part -> assertThat(registry.hasManifest(repository, part)).isFalse());
        assertThat(registry.hasManifest(repository, signatureOfOld)).isFalse();
        assertThat(registry.hasManifest(repository, "other")).isFalse();
        assertThat(registry.digest(repository, "1")).isEqualTo(kept);
        for (String part : stay) {
            JsonNode manifest = registry.manifest(repository, part);
            assertThat(registry.hasBlob(repository, manifest.at("/config/digest").asString())).isTrue();
            manifest.get("layers").forEach(
                    layer -> assertThat(registry.hasBlob(repository, layer.get("digest").asString())).isTrue());
        }
        for (String tag : List.of("1", "named", signature)) {
            assertThat(crane("validate", "--remote", registry.image(repository + ":" + tag))).contains("PASS");
        }
    }

    /** An image of several layers. */
    private static BuildContext layers(Path directory, String line) throws IOException {
        StringBuilder dockerfile = new StringBuilder("FROM scratch\n");
        for (int i = 0; i < 4; i++) {
            Files.writeString(directory.resolve("line" + i), line + " " + i + "\n");
            dockerfile.append("COPY line%d /line%d\n".formatted(i, i));
        }
        Files.writeString(directory.resolve("Dockerfile"), dockerfile);
        return new BuildContext(directory);
    }

    /** By BuildKit, for two platforms and with an attestation for each. */
    private static String build(BuildContext context, String image) throws IOException {
        Path metadata = context.directory().resolveSibling(context.directory().getFileName() + ".json");
        Command.of("buildctl", "build", "--progress", "plain", "--frontend", "dockerfile.v0")
                .and("--local", "context=" + context, "--local", "dockerfile=" + context)
                .and("--output", "type=image,name=" + image + ",push=true,oci-mediatypes=true")
                .and("--opt", "platform=linux/amd64,linux/arm64/v8", "--opt", "attest:provenance=mode=max")
                .and("--metadata-file", metadata.toString())
                .run();
        return Registry.json(Files.readString(metadata)).get("containerimage.digest").asString();
    }

    private static List<String> parts(String repository, String index) {
        List<String> parts = new ArrayList<>();
        for (JsonNode part : registry.manifest(repository, index).get("manifests")) {
            parts.add(part.get("digest").asString());
        }
        return parts;
    }

    private static String crane(String command, String... words) {
        return Command.of("crane", command, "--insecure").and(words).run().all();
    }

    private static void delete(String repository, String reference) {
        String digest = reference.startsWith("sha256:") ? reference : registry.digest(repository, reference);
        assertThat(registry.send("DELETE", "/v2/" + repository + "/manifests/" + digest).statusCode()).isEqualTo(202);
    }

    /** What was deleted is no longer kept for being taken back. */
    private static void giveUp() {
        assertThat(registry.send("POST", "/api/upkeep/empty").statusCode()).isEqualTo(200);
    }

    /** What was deleted before has been looked at: a blob is gone that was pushed now, and that nothing names. */
    private static void awaitCollection() {
        byte[] content = UUID.randomUUID().toString().getBytes(UTF_8);
        String digest = Registry.digestOf(content);
        assertThat(registry.post("collected/nothing", digest, BodyPublishers.ofByteArray(content)).statusCode()).isEqualTo(201);
        await("a collection").atMost(PATIENCE).until(() -> !registry.hasBlob("collected/nothing", digest));
    }
}
