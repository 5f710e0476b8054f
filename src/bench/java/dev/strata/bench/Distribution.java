package dev.strata.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The CNCF Distribution registry, of version 3 or, as Debian packages it, 2.8; both read the same configuration. It
 * gets its in-memory cache of descriptors and no log of accesses, as one would run it for speed.
 *
 * @param storage the lines of its configuration that say where blobs are, with {@code {data}} in them
 */
record Distribution(String name, Path program, String storage) implements Server {

    private static final String DIRECTORY = """
            filesystem:
              rootdirectory: {data}
            """;

    Distribution(String name, Path program) {
        this(name, program, DIRECTORY);
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
        Path configuration = directory.resolve("registry.yml");
        Files.writeString(configuration, """
                version: 0.1
                log:
                  level: error
                  accesslog:
                    disabled: true
                storage:
                %s  cache:
                    blobdescriptor: inmemory
                  delete:
                    enabled: true
                http:
                  addr: 127.0.0.1:%d
                  secret: not-a-secret-for-a-benchmark-on-loopback
                """.formatted(
                storage.indent(2).replace("{data}", directory.resolve("data").toString()), port));
        return new Launch(List.of(program.toString(), "serve", configuration.toString()),
                // Version 3 would otherwise look for a collector of traces.
                Map.of("OTEL_TRACES_EXPORTER", "none"));
    }
}
