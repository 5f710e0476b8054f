package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@ExtendWith(SharedRegistry.class)
class OrasTest {

    private static final String TYPE = "application/vnd.strata.test";
    private static final String SIGNATURE = "application/vnd.strata.test.signature";
    private static final String REPORT = "application/vnd.strata.test.report";

    private final Registry registry;

    OrasTest(Registry registry) {
        this.registry = registry;
    }

    @Test
    void filesArePushedAndPulled(@TempDir Path directory) throws IOException {
        byte[] content = new byte[3 << 20];
        new Random(1).nextBytes(content);
        Files.write(directory.resolve("content"), content);
        Path pulled = directory.resolve("pulled");
        String image = registry.image("interop/oras:1");

        String pushed = push(image, directory, "content");
        Command.of("oras", "pull", "--plain-http", "--output", pulled.toString(), image).run();

        assertThat(pushed).isEqualTo(registry.digest("interop/oras", "1"));
        assertThat(pulled.resolve("content")).hasBinaryContent(content);
    }

    @Test
    void whatIsAttachedIsDiscovered(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("content"), "signed\n");
        Files.writeString(directory.resolve("signature"), "a signature\n");
        String image = registry.image("interop/oras-attached:1");
        String subject = push(image, directory, "content");

        String signature = attach(image, SIGNATURE, directory, "signature");
        String report = attach(image, REPORT, directory, "signature");
        // What is attached to an attachment is found by walking on.
        String nested = attach(registry.image("interop/oras-attached@" + report), SIGNATURE, directory, "signature");

        JsonNode found = discover(image);
        assertThat(found.get("digest").asString()).isEqualTo(subject);
        assertThat(found.get("referrers").valueStream().map(referrer -> referrer.get("digest").asString()))
                .containsExactlyInAnyOrder(signature, report);
        assertThat(found.get("referrers").valueStream()
                        .flatMap(referrer -> referrer.get("referrers").valueStream())
                        .map(referrer -> referrer.get("digest").asString()))
                .containsExactly(nested);
        assertThat(discover(image, "--artifact-type", REPORT).get("referrers").valueStream()
                        .map(referrer -> referrer.get("digest").asString()))
                .containsExactly(report);
    }

    @Test
    void imageIsCopiedWithWhatIsAttached(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("content"), "copied\n");
        String image = registry.image("interop/oras-original:1");
        String copy = registry.image("interop/oras-copy:1");
        String subject = push(image, directory, "content");
        String signature = attach(image, SIGNATURE, directory, "content");

        Command.of("oras", "copy", "--recursive", "--from-plain-http", "--to-plain-http", image, copy).run();

        assertThat(registry.digest("interop/oras-copy", "1")).isEqualTo(subject);
        assertThat(discover(copy).get("referrers").get(0).get("digest").asString()).isEqualTo(signature);
    }

    @Test
    void deletedAttachmentIsNotDiscovered(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("content"), "withdrawn\n");
        String image = registry.image("interop/oras-withdrawn:1");
        push(image, directory, "content");
        String signature = attach(image, SIGNATURE, directory, "content");

        Command.of("oras", "manifest", "delete", "--plain-http", "--force")
                .and(registry.image("interop/oras-withdrawn@" + signature))
                .run();

        assertThat(discover(image).get("referrers").isEmpty()).isTrue();
    }

    @Test
    void blobIsPushedAndFetchedAlone(@TempDir Path directory) throws IOException {
        Path content = Files.writeString(directory.resolve("content"), "a blob alone\n");
        String blob = registry.image("interop/oras-blob@" + Registry.digestOf(Files.readAllBytes(content)));

        Command.of("oras", "blob", "push", "--plain-http", blob, content.toString()).run();

        assertThat(Command.of("oras", "blob", "fetch", "--plain-http", "--output", "-", blob).run().standard())
                .isEqualTo("a blob alone\n");
    }

    /** Gives back the digest that oras prints. Paths are given from the directory, as oras keeps them in titles. */
    private static String push(String image, Path directory, String file) {
        return digest(oras(directory, "push", "--format", "json", "--artifact-type", TYPE, image, file));
    }

    private static String attach(String image, String type, Path directory, String file) {
        return digest(oras(directory, "attach", "--distribution-spec", "v1.1-referrers-api", "--format", "json")
                .and("--artifact-type", type, image, file));
    }

    private static JsonNode discover(String image, String... options) {
        return Registry.json(Command.of("oras", "discover", "--plain-http", "--distribution-spec", "v1.1-referrers-api")
                .and("--format", "json", "--depth", "5")
                .and(options)
                .and(image)
                .run()
                .result());
    }

    private static Command oras(Path directory, String verb, String... words) {
        return Command.of("env", "--chdir", directory.toString(), "oras", verb, "--plain-http").and(words);
    }

    private static String digest(Command command) {
        return Registry.json(command.run().result()).get("digest").asString();
    }
}
