package dev.strata.agent.builders;

import dev.strata.agent.images.ImageName;
import dev.strata.agent.process.ProgramFailedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** The user's own builder: a program that builds a Dockerfile and pushes what comes of it. */
public interface Builder {

    /** What entries say of it. */
    String name();

    Dialect dialect();

    /** What the builder makes of a configuration when it stores it. */
    default ObjectNode stored(ObjectNode image) {
        return image;
    }

    /** Whether an image of this name was made here and is in no registry, so that the builder would start from that. */
    default boolean hasOwn(ImageName image) {
        return false;
    }

    /** What becomes of an image. */
    enum Fate {
        PUSHED,
        /** It is pushed under a name that means nothing to the user, so that the builder need not keep it. */
        HANDED_OVER,
        NOT_PUSHED
    }

    /**
     * Builds, and pushes where it is to be pushed.
     *
     * @param output gets each line that the program prints
     * @return how long each layer took, as far as it is known, by its number in the Dockerfile's last stage
     * @throws ProgramFailedException where the program says so
     */
    Map<Integer, Duration> build(Job job, Consumer<String> output);

    /**
     * What to build.
     *
     * @param dockerfile the file; the one that the builder finds in the context where it is not said
     * @param ignoreFile what is left out of the context, for builders that do not look beside the Dockerfile
     * @param context a directory, or whatever else the builder takes for a context
     * @param image its name, also where it is pushed to
     * @param plainHttp whether that registry is spoken to without TLS
     * @param options what the user says to the builder
     * @param layerInstructions the numbers of the instructions of the last stage that make layers, counted from 0
     * @param login variables of the environment that tell the program who the user is, asked for before each command
     */
    record Job(
            Optional<Path> dockerfile,
            Optional<Path> ignoreFile,
            String context,
            ImageName image,
            Fate fate,
            boolean plainHttp,
            BuilderOptions options,
            List<Integer> layerInstructions,
            Supplier<Map<String, String>> login) {}
}
