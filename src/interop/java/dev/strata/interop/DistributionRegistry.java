package dev.strata.interop;

import static org.awaitility.Awaitility.await;

import dev.strata.testing.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A registry of the distribution project on a directory of its own. */
record DistributionRegistry(Process process, Registry registry, Path directory) implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(1);

    /** What starts it: Debian's version 2.8, and version 3. */
    enum Version {
        TWO(List.of("docker-registry", "serve")),
        THREE(List.of("distribution", "serve"));

        private final List<String> words;

        Version(List<String> words) {
            this.words = words;
        }
    }

    static DistributionRegistry start(Version version, Path directory) throws IOException {
        String address = "127.0.0.1:" + FreePort.next();
        Path settings = Files.writeString(Files.createTempFile("distribution", ".yml"), """
                version: 0.1
                log: {level: error}
                storage:
                  filesystem: {rootdirectory: "%s"}
                  delete: {enabled: true}
                http: {addr: "%s"}
                """.formatted(directory, address));
        Process process = new ProcessBuilder(Command.of(version.words.toArray(String[]::new)).and(settings.toString()).words())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolveSibling(directory.getFileName() + ".log").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        DistributionRegistry started = new DistributionRegistry(process, new Registry(address), directory);
        await("the distribution project's registry").atMost(START).until(started.registry::isReady);
        return started;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
