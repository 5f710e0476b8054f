package dev.strata.agent.builders;

import dev.strata.agent.process.Commands;
import java.util.Map;

/** The builders that a command line can name. */
public enum BuilderKind {
    docker,
    buildkit,
    buildah,
    podman;

    /** What is expected of a builder of this kind as long as nobody has asked it for its version. */
    public Dialect usualDialect() {
        return switch (this) {
            case docker, buildkit -> Dialect.BUILDKIT;
            case buildah, podman -> Dialect.BUILDAH;
        };
    }

    /**
     * A builder of this kind.
     *
     * @param environment that of this process, which may name another engine
     */
    public Builder open(Commands commands, Map<String, String> environment) {
        return switch (this) {
            case docker -> new DockerBuilder(commands, environment);
            case buildkit -> new BuildKitBuilder(commands);
            case buildah, podman -> new BuildahBuilder(commands, name());
        };
    }
}
