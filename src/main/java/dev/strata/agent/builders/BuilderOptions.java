package dev.strata.agent.builders;

import java.util.List;
import java.util.Optional;

/**
 * What the user says to a builder, as it was written.
 *
 * @param target the stage to build, where it is said
 * @param platform what for, where it is said
 * @param arguments the build arguments: a name and its value, or a name alone, whose value the environment has
 * @param network the network of the commands, where it is said
 * @param noCache whether the builder's own cache must not be used
 * @param noCacheFilter the stages for which it must not be used
 * @param labels of the image: a name and its value
 * @param further secrets and sockets, and what else is handed to the program word by word
 */
public record BuilderOptions(
        Optional<String> target,
        Optional<String> platform,
        List<String> arguments,
        Optional<String> network,
        boolean noCache,
        List<String> noCacheFilter,
        List<String> labels,
        List<String> further) {

    /** Those that hold for a single stage, which is the last of its file. */
    public BuilderOptions ofStage(boolean stageWithoutCache, List<String> stageArguments) {
        return new BuilderOptions(
                Optional.empty(),
                platform,
                stageArguments,
                network,
                stageWithoutCache,
                List.of(),
                List.of(),
                further);
    }
}
