package dev.strata.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The settings file in which podman, buildah and skopeo are told that a registry has no certificate. */
final class InsecureRegistries {

    private InsecureRegistries() {}

    static Path settings(Path directory, Registry registry) throws IOException {
        String text = """
                [[registry]]
                location = "%s"
                insecure = true
                """;
        return Files.writeString(directory.resolve("registries.conf"), text.formatted(registry.address()));
    }
}
