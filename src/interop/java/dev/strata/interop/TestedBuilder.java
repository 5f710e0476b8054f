package dev.strata.interop;

import java.util.List;

/** The builders that the agent works with, and how each works alone. */
enum TestedBuilder {
    DOCKER,
    BUILDKIT,
    BUILDAH;

    /** The docker engine of the tests has no bridge network. */
    List<String> agentOptions() {
        return this == DOCKER ? List.of("--network", "host") : List.of();
    }

    /** Throws all of the builder's own cache and images away. */
    void forget() {
        switch (this) {
            case DOCKER -> {
                Docker.command("image", "prune", "--all", "--force").run();
                Docker.command("builder", "prune", "--all", "--force").run();
            }
            case BUILDKIT -> Command.of("buildctl", "prune", "--all").run();
            case BUILDAH -> Command.of("buildah", "rmi", "--all", "--force").run();
        }
    }

    /** Builds without Strata's help, and pushes. */
    void buildAlone(BuildContext context, String image) {
        switch (this) {
            case DOCKER -> {
                Docker.build(context, image);
                Docker.push(image);
            }
            case BUILDKIT -> Command.of("buildctl", "build", "--frontend", "dockerfile.v0")
                    .and("--local", "context=" + context, "--local", "dockerfile=" + context)
                    .and("--output", "type=image,name=" + image + ",push=true,registry.insecure=true")
                    .run();
            case BUILDAH -> {
                Command.of("buildah", "build", "--layers", "--tls-verify=false", "--tag", image, context.toString())
                        .run();
                Command.of("buildah", "push", "--tls-verify=false", image).run();
            }
        }
    }
}
