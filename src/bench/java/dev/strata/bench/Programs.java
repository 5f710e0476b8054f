package dev.strata.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The programs of this machine. */
final class Programs {

    private Programs() {
    }

    /** Looks on the PATH, then where {@code go install} and Debian's servers put programs. */
    static Optional<Path> find(String name) {
        Stream<Path> path = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(entry -> !entry.isBlank()).map(Path::of);
        Stream<Path> usual = Stream.of(Path.of(System.getProperty("user.home"), "go", "bin"), Path.of("/usr/sbin"));
        return Stream.concat(path, usual).map(directory -> directory.resolve(name)).filter(Files::isExecutable)
                .findFirst();
    }

    /** The first line that a command prints, on either stream. */
    static String firstLine(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.lines().findFirst().orElse("").strip();
    }

    /** The servers asked for that are here; the others are reported to {@code missing}. */
    static List<Server> servers(Options options, Optional<SharedStorage> shared, List<String> missing) {
        return options.servers().stream().flatMap(name -> {
            Optional<Server> server = server(name, options)
                    .flatMap(found -> shared.isEmpty() ? Optional.of(found) : shared.get().under(found));
            if (server.isEmpty()) {
                missing.add(name);
            }
            return server.stream();
        }).toList();
    }

    private static Optional<Server> server(String name, Options options) {
        return switch (name) {
            case "strata" -> Optional.of(new Strata(options.strataCommand()))
                    .filter(strata -> Files.exists(Path.of(strata.program())) || find(strata.program()).isPresent())
                    .map(Server.class::cast);
            case "distribution" -> find("registry").or(() -> find("distribution")).map(program -> new Distribution(name, program));
            case "docker-registry" -> find("docker-registry").map(program -> new Distribution(name, program));
            case "zot" -> options.zot().filter(Files::isExecutable).or(() -> find("zot")).map(Zot::new);
            case "nginx" -> find("nginx").map(Nginx::new);
            default -> throw new IllegalArgumentException("unknown server: " + name);
        };
    }
}
