package dev.strata.agent.context;

import dev.strata.agent.builders.Dialect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which file says what of the build context is left out: each family of builders has names and an order of its own. */
public final class IgnoreFile {

    private static final String DOCKERS = ".dockerignore";
    private static final String CONTAINERS = ".containerignore";

    private IgnoreFile() {}

    /** The file that counts for a build; empty where there is none. */
    public static Optional<Path> of(Path dockerfile, Path context, Dialect dialect) {
        List<String> names = dialect == Dialect.BUILDAH ? List.of(CONTAINERS, DOCKERS) : List.of(DOCKERS);
        return ofDockerfile(dockerfile, dialect).or(() -> first(names.stream().map(context::resolve)));
    }

    /** The one that belongs to the Dockerfile alone. */
    static Optional<Path> ofDockerfile(Path dockerfile, Dialect dialect) {
        List<String> endings = dialect == Dialect.BUILDAH ? List.of(DOCKERS, CONTAINERS) : List.of(DOCKERS);
        return first(endings.stream().map(ending -> dockerfile.resolveSibling(dockerfile.getFileName() + ending)));
    }

    private static Optional<Path> first(Stream<Path> files) {
        return files.filter(Files::exists).findFirst();
    }
}
