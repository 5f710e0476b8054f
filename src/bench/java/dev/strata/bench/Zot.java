package dev.strata.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The zot registry, as it comes, but with no collection of garbage in the middle of a run. */
record Zot(Path program) implements Server {

    @Override
    public String name() {
        return "zot";
    }

    @Override
    public String description() throws IOException, InterruptedException {
        return Programs.firstLine(program.toString(), "--version");
    }

    @Override
    public boolean isRegistry() {
        return true;
    }

    @Override
    public Launch prepare(Path directory, int port) throws IOException {
        Path configuration = directory.resolve("zot.json");
        Files.writeString(configuration, """
                {
                  "distSpecVersion": "1.1.1",
                  "storage": {"rootDirectory": "%s", "gc": false},
                  "http": {"address": "127.0.0.1", "port": "%d"},
                  "log": {"level": "error"}
                }
                """.formatted(directory.resolve("data"), port));
        return new Launch(List.of(program.toString(), "serve", configuration.toString()), Map.of());
    }
}
