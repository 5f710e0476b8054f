package dev.strata.agent;

import dev.strata.oci.Platform;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** The user's own builder: a program that builds a Dockerfile and pushes what comes of it. */
sealed interface Builder permits DockerBuilder, BuildKitBuilder, BuildahBuilder {

    /** What entries say of it. */
    String name();

    Dialect dialect();

    /** What the builder makes of a configuration when it stores it. */
    default ObjectNode stored(ObjectNode image) {
        return image;
    }

    /**
     * Builds and pushes.
     *
     * @param output gets each line that the program prints
     * @return how long each layer took, as far as it is known, by its number in the Dockerfile's last stage
     * @throws AgentException BUILD_FAILED where the program says so
     */
    Map<Integer, Duration> build(Job job, Consumer<String> output);

    /**
     * What to build.
     *
     * @param dockerfile the file, with its ignore file beside it
     * @param image where to push
     * @param temporary whether the image's name means nothing to the user, so that the builder need not keep it
     * @param plainHttp whether that registry is spoken to without TLS
     * @param platform what for, where it is said
     * @param arguments the build arguments
     * @param network the network of the commands, where it is said
     * @param noCache whether the builder's own cache must not be used
     * @param layerInstructions the numbers of the instructions of the last stage that make layers, counted from 0
     * @param further what else the user hands to the program
     */
    record Job(
            Path dockerfile,
            Path context,
            ImageName image,
            boolean temporary,
            boolean plainHttp,
            Optional<Platform> platform,
            Map<String, String> arguments,
            Optional<String> network,
            boolean noCache,
            List<Integer> layerInstructions,
            List<String> further) {}
}
