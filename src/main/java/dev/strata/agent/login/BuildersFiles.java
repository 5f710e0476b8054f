package dev.strata.agent.login;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files in which builders find out who the user is.
 *
 * @param docker the directory of docker's client; BuildKit's reads the configuration there too
 * @param containers what podman and buildah read, that which counts first at the front
 * @param trusted the directories of certificates that are trusted, with colons between them
 */
record BuildersFiles(Path docker, List<Path> containers, String trusted) {

    /** Those of the systems that there are; one that is not there is left out. */
    private static final String USUAL_TRUSTED = "/etc/ssl/certs:/etc/pki/tls/certs";

    private static final String AUTH_FILE = "containers/auth.json";

    static BuildersFiles of(Map<String, String> environment) {
        Path home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
        String given = environment.getOrDefault("DOCKER_CONFIG", "");
        Path docker = given.isEmpty() ? home.resolve(".docker") : Path.of(given);
        String named = environment.getOrDefault(HandedLogin.CONTAINERS, "");
        String trusted = environment.getOrDefault(HandedLogin.TRUSTED, "");
        return new BuildersFiles(
                docker,
                named.isEmpty() ? usual(environment, home, docker) : List.of(Path.of(named)),
                trusted.isEmpty() ? USUAL_TRUSTED : trusted);
    }

    /** As containers-auth.json(5) has it. */
    private static List<Path> usual(Map<String, String> environment, Path home, Path docker) {
        List<Path> files = new ArrayList<>();
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (runtime.isEmpty()) {
            userId().ifPresent(id -> files.add(Path.of("/run/containers", id, "auth.json")));
        } else {
            files.add(Path.of(runtime).resolve(AUTH_FILE));
        }
        String settings = environment.getOrDefault("XDG_CONFIG_HOME", "");
        files.add((settings.isEmpty() ? home.resolve(".config") : Path.of(settings)).resolve(AUTH_FILE));
        files.add(docker.resolve(HandedLogin.CONFIGURATION));
        return files;
    }

    /** Absent where this is not Linux, and these programs run elsewhere; another user's file is nothing to this one. */
    private static Optional<String> userId() {
        try {
            return Optional.of(Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString());
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    Path dockerConfiguration() {
        return docker.resolve(HandedLogin.CONFIGURATION);
    }
}
