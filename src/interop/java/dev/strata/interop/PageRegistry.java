package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** A registry of its own for a page, since its figures are those of everything in it. */
record PageRegistry(StrataProcess strata) implements AutoCloseable {

    private static final Duration COUNTED = Duration.ofMinutes(3);

    /** Starts one and has it filled. */
    static PageRegistry with(Consumer<SampleImages> content) throws IOException {
        Path data = Files.createTempDirectory(Files.createDirectories(Path.of("target", "interop")), "page-data");
        PageRegistry started = new PageRegistry(StrataProcess.start(data));
        content.accept(new SampleImages(started.registry()));
        return started;
    }

    Registry registry() {
        return strata.registry();
    }

    /** What the API answers. */
    JsonNode api(String path) {
        return Registry.json(registry().get("/api/savings" + path).body());
    }

    /** Waits until so many repositories are counted: more may be pushed than is folded into the figures meanwhile. */
    void awaitCounts(int repositories) {
        await("the figures of " + repositories + " repositories").atMost(COUNTED).untilAsserted(() -> {
            JsonNode report = api("");
            assertThat(report.path("pending").asInt()).isZero();
            assertThat(report.at("/counts/repositories").asInt()).isEqualTo(repositories);
        });
    }

    @Override
    public void close() {
        strata.close();
    }
}
