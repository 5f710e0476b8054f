package dev.strata.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.springframework.security.crypto.bcrypt.BCrypt;

/** A registry in which one account may do everything, and nobody else may do anything. */
record WithLogin(Server registry) implements Server {

    static final String ACCOUNT = "admin";
    static final String PASSWORD = "not-a-secret-for-a-benchmark-on-loopback";

    /** What Apache's {@code htpasswd -B} uses; a higher one would be harder on whoever compares it each time. */
    private static final int COST = 5;

    @Override
    public String name() {
        return registry.name() + " with a login";
    }

    @Override
    public String description() throws IOException, InterruptedException {
        return registry.description();
    }

    @Override
    public boolean isRegistry() {
        return registry.isRegistry();
    }

    @Override
    public Launch prepare(Path directory, int port) throws IOException {
        Launch launch = registry.prepare(directory, port);
        return switch (registry) {
            case Strata _ -> {
                List<String> command = new ArrayList<>(launch.command());
                command.add("--strata.access.admin-password=" + PASSWORD);
                yield new Launch(command, launch.environment());
            }
            case Distribution _ -> {
                Files.writeString(directory.resolve("registry.yml"), """

                        auth:
                          htpasswd:
                            realm: benchmark
                            path: %s
                        """.formatted(passwords(directory)), StandardOpenOption.APPEND);
                yield launch;
            }
            case Zot _ -> {
                Path configuration = directory.resolve("zot.json");
                Files.writeString(configuration, Files.readString(configuration).replace(
                        "\"http\": {",
                        "\"http\": {\"auth\": {\"htpasswd\": {\"path\": \"%s\"}}, ".formatted(passwords(directory))));
                yield launch;
            }
            case Nginx _, WithLogin _ -> throw new CaseFailedException(name() + " is none that is known here");
        };
    }

    private static Path passwords(Path directory) throws IOException {
        return Files.writeString(
                directory.resolve("htpasswd"), ACCOUNT + ":" + BCrypt.hashpw(PASSWORD, BCrypt.gensalt(COST)) + "\n");
    }
}
