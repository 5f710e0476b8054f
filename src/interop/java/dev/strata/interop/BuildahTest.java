package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedRegistry.class)
class BuildahTest {

    private final Registry registry;
    private final DebianImage debian;

    BuildahTest(Registry registry, DebianImage debian) {
        this.registry = registry;
        this.debian = debian;
    }

    @Test
    void committedContainerIsPushedAndRuns(@TempDir Path results) throws IOException {
        String image = registry.image("interop/buildah:1");
        Path digestFile = results.resolve("digest");
        String container = Command.of("buildah", "from", "--tls-verify=false", debian.name()).run().result();
        Command.of("buildah", "run", container, "--", "sh", "-c", "echo 'built by buildah' >/line").run();
        Command.of("buildah", "config", "--cmd", "cat /line", container).run();
        Command.of("buildah", "commit", "--rm", container, image).run();

        Command.of("buildah", "push", "--tls-verify=false", "--digestfile", digestFile.toString(), image).run();
        Command.of("buildah", "rmi", "--force", image).run();
        Docker.command("pull", image).run();

        assertThat(Files.readString(digestFile)).isEqualTo(registry.digest("interop/buildah", "1"));
        assertThat(Docker.run(image)).isEqualTo("built by buildah");
    }

    /** buildah keeps each step's layer under a tag of its own in a repository that it is told to use as a cache. */
    @Test
    void stepsAreTakenFromTheCacheInTheRegistry(@TempDir Path directory) throws IOException {
        String image = registry.image("interop/buildah-cached:1");
        String cache = registry.image("interop/buildah-cache");
        BuildContext context = BuildContext.printing(directory, debian.name(), "built once");

        build(context, cache, image);
        String printed = runAndForget(image);
        Command.Output again = build(context, cache, image);

        assertThat(again.all()).contains("Cache pulled from remote");
        assertThat(runAndForget(image)).isEqualTo(printed);
    }

    @Test
    void triesHttpsFirstAndGoesOnWithPlainHttp(@TempDir Path directory) throws IOException {
        Path settings = InsecureRegistries.settings(directory, registry);

        String container = Command.of("buildah", "from", "--pull-always", debian.name())
                .with("CONTAINERS_REGISTRIES_CONF", settings.toString())
                .run()
                .result();

        assertThat(Command.of("buildah", "run", container, "--", "cat", "/etc/debian_version").run().result()).isNotEmpty();
        Command.of("buildah", "rm", container).run();
    }

    private static Command.Output build(BuildContext context, String cache, String image) {
        return Command.of("buildah", "build", "--tls-verify=false", "--layers", "--cache-to", cache, "--cache-from", cache)
                .and("--tag", image, context.toString())
                .run();
    }

    private static String runAndForget(String image) {
        String printed = Command.of("podman", "run", "--rm", image).run().result();
        Command.of("buildah", "rmi", "--all", "--force").run();
        return printed;
    }
}
