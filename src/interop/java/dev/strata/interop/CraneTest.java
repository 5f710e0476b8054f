package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@ExtendWith(SharedRegistry.class)
class CraneTest {

    private final Registry registry;
    private final DebianImage debian;

    CraneTest(Registry registry, DebianImage debian) {
        this.registry = registry;
        this.debian = debian;
    }

    @Test
    void pushesAndPullsALayout(@TempDir Path directory) {
        Path layout = directory.resolve("layout");
        crane("pull", "--format", "oci", debian.name(), layout.toString());

        // It prints the name with the digest of what it pushed.
        String pushed = crane("push", layout.toString(), registry.image("interop/crane:1"));

        assertThat(pushed).endsWith("@" + registry.digest("interop/crane", "1"));
        assertThat(crane("digest", registry.image("interop/crane:1"))).isEqualTo(registry.digest("interop/crane", "1"));
    }

    /** crane reads every layer again and computes every digest and size. */
    @Test
    void findsWhatIsStoredToBeValid() {
        assertThat(Command.of("crane", "validate", "--insecure", "--remote", debian.name()).run().all()).contains("PASS");
    }

    @Test
    void layerPutOnTopIsReadBack(@TempDir Path directory) throws IOException {
        Path layer = directory.resolve("layer.tar");
        Files.writeString(directory.resolve("line"), "put on top\n");
        Command.of("tar", "-C", directory.toString(), "-cf", layer.toString(), "line").run();
        String image = registry.image("interop/crane-appended:1");

        crane("append", "--base", debian.name(), "-f", layer.toString(), "-t", image);

        Docker.command("pull", image).run();
        assertThat(Docker.run(image, "cat", "/line")).isEqualTo("put on top");
        assertThat(crane("export", image, "-")).contains("put on top");
    }

    @Test
    void indexIsPutTogetherCopiedAndReadByPlatform(@TempDir Path directory) {
        String index = registry.image("interop/crane-index:1");
        String arm = registry.image("interop/crane-index:arm64");
        crane("mutate", "--set-platform", "linux/arm64", "-t", arm, debian.name());
        crane("index", "append", "-m", debian.name(), "-m", arm, "-t", index);

        crane("copy", index, registry.image("interop/crane-copied:1"));

        assertThat(registry.digest("interop/crane-copied", "1")).isEqualTo(registry.digest("interop/crane-index", "1"));
        assertThat(crane("digest", "--platform", "linux/arm64", registry.image("interop/crane-copied:1")))
                .isEqualTo(registry.digest("interop/crane-index", "arm64"));
        JsonNode manifests = registry.manifest("interop/crane-copied", "1").get("manifests");
        assertThat(manifests.valueStream().map(manifest -> manifest.get("digest").asString()))
                .allMatch(digest -> registry.hasManifest("interop/crane-copied", digest));
    }

    @Test
    void listsRepositoriesAndTags() {
        crane("tag", debian.name(), "listed");

        assertThat(crane("ls", registry.image(DebianImage.REPOSITORY)).lines()).contains("12", "listed");
        assertThat(crane("catalog", registry.address()).lines()).contains(DebianImage.REPOSITORY);
    }

    @Test
    void deletedImageIsGone() {
        String image = registry.image("interop/crane-deleted:1");
        crane("copy", debian.name(), image);

        crane("delete", registry.image("interop/crane-deleted@" + debian.digest()));

        assertThat(registry.hasManifest("interop/crane-deleted", debian.digest())).isFalse();
        assertThat(Command.of("crane", "--insecure", "manifest", image).attempt().errors()).contains("MANIFEST_UNKNOWN");
    }

    private static String crane(String... words) {
        return Command.of("crane", "--insecure").and(List.of(words).toArray(String[]::new)).run().result();
    }
}
