package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedRegistry.class)
class SkopeoTest {

    private final Registry registry;
    private final DebianImage debian;

    SkopeoTest(Registry registry, DebianImage debian) {
        this.registry = registry;
        this.debian = debian;
    }

    @Test
    void copiesThereAndBackWithTheSameDigest(@TempDir Path directory) throws IOException {
        Path pushedDigest = directory.resolve("pushed");
        Path pulledDigest = directory.resolve("pulled");
        Path copy = directory.resolve("copy");
        // Another compression makes other layers, so that nothing is there already. They are gzip, because buildah takes them
        // for its own pushes from then on, and old engines read no other.
        Command.of("skopeo", "copy", "--src-tls-verify=false", "--dest-compress-format=gzip", "--dest-compress-level=1")
                .and("--dest-compress", "docker://" + debian.name(), "oci:" + directory.resolve("layout") + ":1")
                .run();

        Command.of("skopeo", "copy", "--dest-tls-verify=false", "--preserve-digests", "--digestfile", pushedDigest.toString())
                .and("oci:" + directory.resolve("layout") + ":1", image("interop/skopeo:1"))
                .run();
        Command.of("skopeo", "copy", "--src-tls-verify=false", "--digestfile", pulledDigest.toString())
                .and(image("interop/skopeo:1"), "dir:" + copy)
                .run();

        assertThat(Files.readString(pushedDigest)).isEqualTo(registry.digest("interop/skopeo", "1"));
        assertThat(Files.readString(pulledDigest)).isEqualTo(Files.readString(pushedDigest));
        assertThat(Registry.digestOf(Files.readAllBytes(copy.resolve("manifest.json"))))
                .isEqualTo(Files.readString(pushedDigest));
    }

    @Test
    void whatAnotherRepositoryHasIsNotSent(@TempDir Path directory) {
        // From a directory: skopeo does not know then where the layers are.
        Command.of("skopeo", "copy", "--src-tls-verify=false", "docker://" + debian.name(), "dir:" + directory).run();
        double before = registry.bytesReceived();

        Command.of("skopeo", "copy", "--dest-tls-verify=false", "--preserve-digests", "dir:" + directory)
                .and(image("interop/skopeo-spared:1"))
                .run();

        assertThat(registry.bytesReceived()).isEqualTo(before);
        assertThat(registry.digest("interop/skopeo-spared", "1")).isEqualTo(debian.digest());
    }

    @Test
    void triesHttpsFirstAndGoesOnWithPlainHttp(@TempDir Path directory) throws IOException {
        Path settings = InsecureRegistries.settings(directory, registry);

        Command.Output output = Command.of("skopeo", "--registries-conf", settings.toString(), "inspect")
                .and("--format", "{{.Digest}}", "docker://" + debian.name())
                .run();

        assertThat(output.result()).isEqualTo(debian.digest());
    }

    @Test
    void listsTagsAndDeletesAnImage() {
        for (String tag : new String[] {"b", "a"}) {
            Command.of("skopeo", "copy", "--src-tls-verify=false", "--dest-tls-verify=false")
                    .and("docker://" + debian.name(), image("interop/skopeo-deleted:" + tag))
                    .run();
        }
        String tags = Command.of("skopeo", "list-tags", "--tls-verify=false", image("interop/skopeo-deleted")).run().result();

        Command.of("skopeo", "delete", "--tls-verify=false", image("interop/skopeo-deleted:a")).run();

        assertThat(Registry.json(tags).get("Tags").toString()).isEqualTo("[\"a\",\"b\"]");
        // skopeo deletes by digest, and both tags stood for that one.
        assertThat(registry.hasManifest("interop/skopeo-deleted", debian.digest())).isFalse();
        assertThat(registry.hasManifest("interop/skopeo-deleted", "b")).isFalse();
        assertThat(registry.hasManifest(DebianImage.REPOSITORY, "12")).as("the image in its own repository").isTrue();
    }

    private String image(String name) {
        return "docker://" + registry.image(name);
    }
}
