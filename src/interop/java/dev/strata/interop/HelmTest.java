package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedRegistry.class)
class HelmTest {

    private final Registry registry;

    HelmTest(Registry registry) {
        this.registry = registry;
    }

    @Test
    void chartIsPushedShownAndPulled(@TempDir Path directory) throws IOException {
        Path pulled = Files.createDirectory(directory.resolve("pulled"));
        String charts = "oci://" + registry.image("interop/charts");
        Command.of("helm", "create", directory.resolve("greeter").toString()).run();
        Command.of("helm", "package", "--version", "1.2.3", "--destination", directory.toString())
                .and(directory.resolve("greeter").toString())
                .run();
        Path chart = directory.resolve("greeter-1.2.3.tgz");

        Command.Output pushed = Command.of("helm", "push", "--plain-http", chart.toString(), charts).run();
        Command.Output fetched = Command.of("helm", "pull", "--plain-http", charts + "/greeter", "--version", "1.2.3")
                .and("--destination", pulled.toString())
                .run();
        Command.Output shown = Command.of("helm", "show", "chart", "--plain-http", charts + "/greeter", "--version", "^1.0.0").run();

        String digest = registry.digest("interop/charts/greeter", "1.2.3");
        assertThat(pushed.all()).contains("Digest: " + digest);
        assertThat(fetched.all()).contains("Digest: " + digest);
        assertThat(pulled.resolve("greeter-1.2.3.tgz")).hasSameBinaryContentAs(chart);
        assertThat(shown.standard()).as("the newest version in the range, found by its tag").contains("version: 1.2.3");
    }
}
