package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedRegistry.class)
class DockerTest {

    private final Registry registry;
    private final DebianImage debian;

    DockerTest(Registry registry, DebianImage debian) {
        this.registry = registry;
        this.debian = debian;
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1"})
    void pushedImageIsPulledAndRuns(String buildKit, @TempDir Path directory) throws IOException {
        String repository = "interop/docker-" + buildKit;
        String image = registry.image(repository + ":1");
        BuildContext context = BuildContext.printing(directory, debian.name(), "built by docker");
        Docker.command("build", "--network", "host", "--tag", image, context.toString())
                .with("DOCKER_BUILDKIT", buildKit)
                .run();
        String printed = Docker.run(image);

        String pushed = Docker.push(image);
        String pulled = Docker.pullAnew(image);

        assertThat(pushed).isEqualTo(registry.digest(repository, "1"));
        assertThat(pulled).isEqualTo(pushed);
        assertThat(Docker.run(image)).isEqualTo(printed).startsWith("built by docker");
    }

    @Test
    void pullsByDigest(@TempDir Path directory) throws IOException {
        String image = registry.image("interop/docker-digest:1");
        Docker.build(BuildContext.file(directory, "by digest"), image);
        String digest = Docker.push(image);

        String pulled = Docker.pullAnew(registry.image("interop/docker-digest@" + digest));

        assertThat(pulled).isEqualTo(digest);
    }

    @Test
    void layersThatAreKnownAreNotSentAgain(@TempDir Path directory) throws IOException {
        String first = registry.image("interop/docker-first:1");
        String second = registry.image("interop/docker-second:1");
        Docker.build(BuildContext.printing(directory, debian.name(), "sent once"), first);
        Docker.push(first);
        Docker.command("tag", first, second).run();

        Command.Output sameRepository = Docker.command("push", first).run();
        Command.Output otherRepository = Docker.command("push", second).run();

        assertThat(sameRepository.standard()).contains("Layer already exists").doesNotContain("Pushed");
        assertThat(otherRepository.standard()).contains("Layer already exists").doesNotContain("Pushed");
        assertThat(Docker.digest(otherRepository)).isEqualTo(Docker.digest(sameRepository));
    }

    @Test
    void manifestListIsPushedAndRead(@TempDir Path directory) throws IOException {
        String list = registry.image("interop/docker-list:all");
        String member = registry.image("interop/docker-list:amd64");
        Docker.build(BuildContext.file(directory, "one of a list"), member);
        String memberDigest = Docker.push(member);

        Docker.command("manifest", "create", "--insecure", list, member).run();
        Docker.command("manifest", "annotate", "--os", "linux", "--arch", "amd64", list, member).run();
        String pushed = Docker.command("manifest", "push", list).run().result();
        String read = Docker.command("manifest", "inspect", "--insecure", list).run().result();

        assertThat(pushed).endsWith(registry.digest("interop/docker-list", "all"));
        assertThat(Registry.json(read).get("manifests").get(0).get("digest").asString()).isEqualTo(memberDigest);
    }

    @Test
    void missingImageIsSaidToBeMissing() {
        Command.Output output = Docker.command("pull", registry.image(DebianImage.REPOSITORY + ":no-such-tag")).attempt();

        assertThat(output.exitCode()).isNotZero();
        assertThat(output.errors()).contains("manifest").containsAnyOf("not found", "unknown");
    }
}
