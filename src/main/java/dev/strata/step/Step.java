package dev.strata.step;

import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.oci.Platform;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A build step: what is done, and the file system that it starts from. Two steps are equal where nothing that they can
 * see differs, and then they have the same key.
 *
 * @param platform what it runs on
 * @param parent the stack of layers below it; empty on scratch
 * @param operation what is done
 */
public record Step(Platform platform, Optional<ChainId> parent, Operation operation) {

    /** The version of the JSON. */
    static final int VERSION = 1;

    /** @throws RegistryException STEP_INVALID where the operation names a stage by another thing than its chain ID */
    public Step {
        operation.contents().forEach(Step::requireChainId);
    }

    /**
     * Reads a step.
     *
     * @throws RegistryException STEP_INVALID with the field that is missing, unknown or of another shape
     */
    public static Step of(JsonNode json) {
        return StepReader.step(json);
    }

    /** The step that does the same with files of which only the digest is known, wherever they are from. */
    public Step copying(Digest content) {
        return new Step(platform, parent, operation.mapContents(any -> new Content.Files(content)));
    }

    /** The step as JSON; fields that have their default value are left out. */
    public ObjectNode toJson() {
        return StepWriter.json(this);
    }

    /** The step's JSON in its canonical form, RFC 8785. */
    public String canonical() {
        return CanonicalJson.of(toJson());
    }

    /** The step's identity. */
    public StepKey key() {
        return keyOf(canonical());
    }

    /** The identity of the step that has this canonical form. */
    public static StepKey keyOf(String canonical) {
        return new StepKey(Digest.ofContent(DigestAlgorithm.SHA256, canonical.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * The stack that the step ends on; empty on scratch.
     *
     * @param diffId the layer that it adds; empty where it changes nothing
     */
    public Optional<ChainId> chainIdAfter(Optional<Digest> diffId) {
        return diffId.map(layer -> ChainId.above(parent, layer)).or(() -> parent);
    }

    private static void requireChainId(Content content) {
        if (content instanceof Content.OfStage(String stage, var paths) && !stage.startsWith("sha256:")) {
            throw new RegistryException(
                    Problem.STEP_INVALID,
                    "a step names the stage that it copies from by the chain ID of its end",
                    Map.of("stage", stage));
        }
    }
}
