package dev.strata.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Somebody at a command line, who has no other logins than those of this directory.
 *
 * @param name empty where nobody signs in
 */
record ClientUser(Path directory, String registry, String name, String password) {

    static ClientUser of(SignInRegistry registry, String name) {
        return at(registry.address(), name, name.isEmpty() ? "" : SignInRegistry.password(name));
    }

    static ClientUser at(String registry, String name, String password) {
        try {
            Path directory = Files.createTempDirectory(Files.createDirectories(Path.of("target", "interop")), "client-");
            Files.writeString(directory.resolve("auth.json"), "{}");
            Files.writeString(directory.resolve("config.json"), "{}");
            return new ClientUser(directory.toAbsolutePath(), registry, name, password);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What this user types. */
    Command types(String script, String namespace, String target) {
        return Command.of("bash", "-c", script)
                .with("DOCKER_CONFIG", directory.toString())
                .with("REGISTRY_AUTH_FILE", directory.resolve("auth.json").toString())
                .with("HELM_REGISTRY_CONFIG", directory.resolve("helm.json").toString())
                .with("D", directory.toString())
                .with("R", registry)
                .with("U", name)
                .with("P", password)
                .with("N", namespace)
                .with("T", target);
    }

    boolean can(String script, String namespace, String target) {
        return types(script, namespace, target).attempt().exitCode() == 0;
    }
}
