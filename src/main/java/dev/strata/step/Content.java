package dev.strata.step;

import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What a step copies or mounts. */
public sealed interface Content {

    /**
     * Files of the build context or another place that the agent reads.
     *
     * @param digest that of their {@link ContentList}
     */
    record Files(Digest digest) implements Content {}

    /**
     * Files of another stage.
     *
     * @param stage the chain ID of its end, or before that is known its name
     * @param paths which files, as they are written, in their order
     */
    record OfStage(String stage, List<String> paths) implements Content {

        /** @throws RegistryException DIGEST_INVALID, or STEP_INVALID without paths */
        public OfStage {
            paths = List.copyOf(paths);
            if (stage.startsWith("sha256:")) {
                ChainId.of(stage);
            }
            requirePaths(paths);
        }
    }

    /**
     * Files of an image.
     *
     * @param image the chain ID of all its layers
     * @param paths which files, as they are written, in their order
     */
    record OfImage(ChainId image, List<String> paths) implements Content {

        /** @throws RegistryException STEP_INVALID without paths */
        public OfImage {
            paths = List.copyOf(paths);
            requirePaths(paths);
        }
    }

    /**
     * Reads content as a step has it: a digest, or a stage or an image and paths.
     *
     * @throws RegistryException STEP_INVALID with the field that is missing, unknown or of another shape
     */
    static Content of(JsonNode json) {
        return StepReader.content(json, "content");
    }

    private static void requirePaths(List<String> paths) {
        if (paths.isEmpty() || paths.stream().anyMatch(String::isEmpty)) {
            throw new RegistryException(
                    Problem.STEP_INVALID, "a step says which paths it takes", Map.of("field", "paths"));
        }
    }
}
