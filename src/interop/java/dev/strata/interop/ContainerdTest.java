package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** containerd without an engine before it, as Kubernetes uses it. */
@ExtendWith(SharedRegistry.class)
class ContainerdTest {

    private final Registry registry;
    private final DebianImage debian;

    ContainerdTest(Registry registry, DebianImage debian) {
        this.registry = registry;
        this.debian = debian;
    }

    @Test
    void pulledImageRunsAndIsPushed(@TempDir Path directory) throws IOException {
        String image = registry.image("interop/containerd-pulled:1");
        String copy = registry.image("interop/containerd:1");
        Docker.build(BuildContext.printing(directory, debian.name(), "run by containerd"), image);
        String digest = Docker.push(image);

        ctr("images", "pull", "--plain-http", image);
        String printed = ctr("run", "--rm", "--net-host", image, "interop-containerd").result();
        ctr("images", "tag", image, copy);
        ctr("images", "push", "--plain-http", copy);

        assertThat(printed).startsWith("run by containerd");
        assertThat(registry.digest("interop/containerd", "1")).isEqualTo(digest);
        assertThat(ctr("images", "list", "name==" + copy).standard()).contains(digest);
    }

    /** The whole content, layers and all, is sent where there is nothing to mount it from. */
    @Test
    void importedImageIsPushedWhole(@TempDir Path directory) throws IOException {
        String image = registry.image("interop/containerd-imported:1");
        Path archive = directory.resolve("image.tar");
        Docker.build(BuildContext.file(directory, "imported by containerd"), image);
        Docker.command("save", "--output", archive.toString(), image).run();

        ctr("images", "import", archive.toString());
        ctr("images", "push", "--plain-http", image);
        Docker.pullAnew(image);

        assertThat(ctr("images", "list", "name==" + image).standard())
                .contains(registry.digest("interop/containerd-imported", "1"));
    }

    private static Command.Output ctr(String... words) {
        return Command.of("ctr", "--namespace", "interop").and(words).run();
    }
}
