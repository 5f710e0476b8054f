package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.testing.Size;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@ExtendWith(SharedRegistry.class)
class LargeLayerTest {

    private static final int MEBIBYTE = 1 << 20;
    /** More than the heap has, in any case. */
    private static final int MEBIBYTES = Size.of("strata.interop.layer-mebibytes", 256, 1024);
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final Registry registry;
    private final DebianImage debian;

    LargeLayerTest(Registry registry, DebianImage debian) {
        this.registry = registry;
        this.debian = debian;
    }

    /** docker pushes and pulls it, and skopeo pulls it from one Strata and pushes it to another. */
    @Test
    void aLayerThatNoHeapHoldsArrivesWhole(@TempDir Path context, @TempDir Path data) throws IOException {
        String image = registry.image("interop/large:1");
        writeRandom(context.resolve("random"));
        Files.writeString(context.resolve("Dockerfile"), "FROM " + debian.name() + "\nCOPY random /random\n");
        String checksum = Command.of("sha256sum", context.resolve("random").toString()).run().result().split(" ")[0];
        Docker.build(new BuildContext(context), image);
        Files.delete(context.resolve("random"));

        String pushed = Docker.digest(Docker.command("push", image).within(LIMIT).run());
        String pulled = Docker.pullAnew(image);

        assertThat(pushed).isEqualTo(registry.digest("interop/large", "1"));
        assertThat(pulled).isEqualTo(pushed);
        assertThat(Docker.run(image, "sha256sum", "/random")).startsWith(checksum);
        JsonNode layers = registry.manifest("interop/large", "1").get("layers");
        assertThat(layers.get(layers.size() - 1).get("size").asLong()).isGreaterThanOrEqualTo((long) MEBIBYTES * MEBIBYTE);

        try (StrataProcess other = StrataProcess.start(data)) {
            String copy = other.registry().image("interop/large:1");
            Command.of("skopeo", "copy", "--src-tls-verify=false", "--dest-tls-verify=false")
                    .and("docker://" + image, "docker://" + copy)
                    .within(LIMIT)
                    .run();
            assertThat(other.registry().digest("interop/large", "1")).isEqualTo(pushed);
        }
    }

    private static void writeRandom(Path file) throws IOException {
        SplittableRandom random = new SplittableRandom(42);
        byte[] block = new byte[MEBIBYTE];
        try (OutputStream output = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (int written = 0; written < MEBIBYTES; written++) {
                random.nextBytes(block);
                output.write(block);
            }
        }
    }
}
