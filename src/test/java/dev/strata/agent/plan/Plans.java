package dev.strata.agent.plan;

import dev.strata.agent.builders.Dialect;
import dev.strata.agent.connection.Http;
import dev.strata.agent.context.ContextFiles;
import dev.strata.agent.images.RemoteImage;
import dev.strata.dockerfile.Dockerfile;
import dev.strata.dockerfile.patterns.IgnorePatterns;
import dev.strata.oci.Platform;
import dev.strata.testing.Content;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Plans of Dockerfiles whose images need not exist. */
public final class Plans {

    /** What every image that a Dockerfile names says of itself. */
    public static final String CONFIG = """
            {"architecture":"amd64","os":"linux","config":{"Env":["PATH=/usr/bin:/bin"],"OnBuild":[]},
             "rootfs":{"type":"layers","diff_ids":["sha256:%s"]},
             "history":[{"created":"2026-01-01T00:00:00Z","created_by":"the base"}]}
            """.formatted("ab".repeat(32));

    public static final Platform PLATFORM = Platform.of("linux/amd64");

    private Plans() {}

    /** A context with nothing left out, as BuildKit reads it. */
    public static ContextFiles everythingIn(Path context) {
        return new ContextFiles(context, IgnorePatterns.NONE, Dialect.BUILDKIT, InstantSource.system());
    }

    public static BuildPlan of(String dockerfile, Path context, Dialect dialect, Map<String, String> arguments) {
        return planner(dockerfile, context, dialect, arguments, CONFIG).plan();
    }

    public static BuildPlan onBase(String config, String dockerfile, Path context) {
        return planner(dockerfile, context, Dialect.BUILDKIT, Map.of(), config).plan();
    }

    private static BuildPlanner planner(
            String dockerfile, Path context, Dialect dialect, Map<String, String> arguments, String config) {
        return new BuildPlanner(
                Dockerfile.parse(dockerfile),
                dialect,
                everythingIn(context),
                (name, platform) -> new RemoteImage(
                        name,
                        List.of(),
                        Content.sha256(config.getBytes(StandardCharsets.UTF_8)),
                        (ObjectNode) Http.JSON.readTree(config)),
                new BuildPlanner.Settings(Optional.empty(), PLATFORM, false, PLATFORM, arguments, Optional.empty()));
    }
}
