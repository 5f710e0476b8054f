package dev.strata.agent.login;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The files of builders with one login more, and authorities to trust, for the time of a build. They lie in a directory that
 * only this user can read. The user's own files stay as they are, and what else they say holds.
 */
public final class HandedLogin implements AutoCloseable {

    static final String CONFIGURATION = "config.json";
    /** Where podman and buildah are told of another file than the usual one. */
    static final String CONTAINERS = "REGISTRY_AUTH_FILE";

    /** Directories of certificates that are trusted beside the file that the system has. */
    static final String TRUSTED = "SSL_CERT_DIR";

    /** Alone in it are links to the user's own files, which are never written. */
    private static final String DOCKER = "docker";

    private static final String AUTHS = "auths";
    private static final String HELPERS = "credHelpers";

    private final BuildersFiles files;
    private Optional<Path> directory = Optional.empty();

    HandedLogin(BuildersFiles files) {
        this.files = files;
    }

    /**
     * Hands a login over, in the place of what was handed over before.
     *
     * @return variables of the environment with which builders find it
     * @throws LoginException where a file cannot be read or written
     */
    public Map<String, String> put(String registry, Login login) {
        ObjectNode docker = DockerConfiguration.read(files.dockerConfiguration());
        boolean hasHelper = docker.has("credsStore") || docker.path(HELPERS).has(DockerConfiguration.key(registry));
        set(docker, registry, login);
        if (hasHelper) {
            docker.withObject(HELPERS).put(DockerConfiguration.key(registry), ""); // which stands for the file
        }
        ObjectNode containers = containers();
        containers.withObject(HELPERS).remove(registry);
        set(containers, registry, login);
        try {
            Path place = place();
            Path ofDocker = place.resolve(DOCKER);
            Path ofContainers = place.resolve("auth.json");
            write(ofDocker.resolve(CONFIGURATION), docker);
            write(ofContainers, containers);
            return Map.of("DOCKER_CONFIG", ofDocker.toString(), CONTAINERS, ofContainers.toString());
        } catch (IOException e) {
            throw new LoginException("the login cannot be handed to the builder", e);
        }
    }

    /**
     * Lets the builder's own programs trust the authorities of a file too. Engines that they speak to are told by their own
     * configuration.
     *
     * @return variables of the environment, as programs in Go know them
     * @throws LoginException where that cannot be written
     */
    public Map<String, String> trust(Path authorities) {
        try {
            Path trusted = Files.createDirectories(place().resolve("trusted")); // the file's own directory may have others
            Path link = trusted.resolve("ca.crt");
            if (!Files.isSymbolicLink(link)) {
                Files.createSymbolicLink(link, authorities.toAbsolutePath());
            }
            return Map.of(TRUSTED, trusted + ":" + files.trusted());
        } catch (IOException e) {
            throw new LoginException("the authorities cannot be handed to the builder", e);
        }
    }

    /** What is kept for a part of the registry would count more. */
    private static void set(ObjectNode configuration, String registry, Login login) {
        ObjectNode auths = configuration.withObject(AUTHS);
        List<String> others =
                auths.propertyNames().stream().filter(key -> DockerConfiguration.isAt(key, registry)).toList();
        auths.remove(others);
        auths.set(DockerConfiguration.key(registry), DockerConfiguration.entry(login));
    }

    /** All that these programs would find, in one file: they read no other one beside the one that they are told. */
    private ObjectNode containers() {
        ObjectNode all = JsonMapper.shared().createObjectNode();
        for (String kind : List.of(AUTHS, HELPERS)) {
            ObjectNode entries = all.withObject(kind);
            for (Path file : files.containers()) {
                DockerConfiguration.read(file).path(kind).properties().forEach(entry -> {
                    if (!entries.has(entry.getKey())) {
                        entries.set(entry.getKey(), entry.getValue());
                    }
                });
            }
        }
        return all;
    }

    private Path place() throws IOException {
        if (directory.isEmpty()) {
            Path made = Files.createTempDirectory(
                    "strata-login-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            directory = Optional.of(made);
            linkRest(Files.createDirectory(made.resolve(DOCKER)));
        }
        return directory.get();
    }

    /** Docker's client also has its plugins, its contexts and its builders there. */
    private void linkRest(Path place) throws IOException {
        if (!Files.isDirectory(files.docker())) {
            return;
        }
        try (Stream<Path> rest = Files.list(files.docker())) {
            for (Path file : rest.filter(each -> !each.endsWith(CONFIGURATION)).toList()) {
                Files.createSymbolicLink(place.resolve(file.getFileName()), file.toAbsolutePath());
            }
        }
    }

    private static void write(Path file, ObjectNode content) throws IOException {
        Files.write(file, JsonMapper.shared().writeValueAsBytes(content));
    }

    /** Removes what was handed over. */
    @Override
    public void close() {
        if (directory.isEmpty()) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory.get())) { // which follows no links
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new LoginException("the login that was handed to the builder is still in " + directory.get(), e);
        }
        directory = Optional.empty();
    }
}
