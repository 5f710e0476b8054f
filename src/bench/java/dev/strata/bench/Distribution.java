package dev.strata.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The CNCF Distribution registry, of version 3 or, as Debian packages it, 2.8; both read the same configuration. It
 * gets its in-memory cache of descriptors and no log of accesses, as one would run it for speed.
 */
record Distribution(String name, Path program) implements Server {

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
        Path configuration = directory.resolve("registry.yml");
        Files.writeString(configuration, """
                version: 0.1
                log:
                  level: error
                  accesslog:
                    disabled: true
                storage:
                  filesystem:
                    rootdirectory: %s
                  cache:
                    blobdescriptor: inmemory
                  delete:
                    enabled: true
                http:
                  addr: 127.0.0.1:%d
                  secret: not-a-secret-for-a-benchmark-on-loopback
                """.formatted(directory.resolve("data"), port));
        return new Launch(List.of(program.toString(), "serve", configuration.toString()),
                // Version 3 would otherwise look for a collector of traces.
                Map.of("OTEL_TRACES_EXPORTER", "none"));
    }
}
