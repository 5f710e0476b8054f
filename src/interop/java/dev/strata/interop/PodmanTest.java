package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedRegistry.class)
class PodmanTest {

    private final Registry registry;
    private final DebianImage debian;

    PodmanTest(Registry registry, DebianImage debian) {
        this.registry = registry;
        this.debian = debian;
    }

    @Test
    void pushedImageIsPulledAndRuns(@TempDir Path directory, @TempDir Path results) throws IOException {
        String image = registry.image("interop/podman:1");
        Path digestFile = results.resolve("digest");
        BuildContext context = BuildContext.printing(directory, debian.name(), "built by podman");
        Command.of("podman", "build", "--tls-verify=false", "--tag", image, context.toString()).run();
        String printed = run(image);

        Command.of("podman", "push", "--tls-verify=false", "--digestfile", digestFile.toString(), image).run();
        Command.of("podman", "rmi", "--force", image).run();
        Command.of("podman", "pull", "--tls-verify=false", image).run();

        String pushed = Files.readString(digestFile);
        assertThat(pushed).isEqualTo(registry.digest("interop/podman", "1"));
        assertThat(Command.of("podman", "inspect", "--format", "{{.Digest}}", image).run().result()).isEqualTo(pushed);
        assertThat(run(image)).isEqualTo(printed).startsWith("built by podman");
    }

    /** What podman does with a registry that its settings call insecure: https first, then plain HTTP on the same port. */
    @Test
    void triesHttpsFirstAndGoesOnWithPlainHttp(@TempDir Path directory) throws IOException {
        Path settings = InsecureRegistries.settings(directory, registry);

        Command.of("podman", "pull", debian.name()).with("CONTAINERS_REGISTRIES_CONF", settings.toString()).run();

        assertThat(Command.of("podman", "inspect", "--format", "{{.Digest}}", debian.name()).run().result())
                .isEqualTo(debian.digest());
    }

    @Test
    void imageListIsPushedWithItsImages(@TempDir Path directory, @TempDir Path results) throws IOException {
        String list = registry.image("interop/podman-list:1");
        Path digestFile = results.resolve("digest");
        BuildContext context = BuildContext.file(directory, "on every platform");

        Command.of("podman", "manifest", "create", list).run();
        for (String architecture : new String[] {"amd64", "arm64"}) {
            // podman's own cache does not look at the platform.
            Command.of("podman", "build", "--no-cache", "--arch", architecture, "--manifest", list, context.toString()).run();
        }
        Command.of("podman", "manifest", "push", "--all", "--tls-verify=false")
                .and("--digestfile", digestFile.toString(), list, "docker://" + list)
                .run();

        assertThat(Files.readString(digestFile)).isEqualTo(registry.digest("interop/podman-list", "1"));
        assertThat(registry.manifest("interop/podman-list", "1").get("manifests").size()).isEqualTo(2);
    }

    private static String run(String image) {
        return Command.of("podman", "run", "--rm", image).run().result();
    }
}
