package dev.strata.cache.lookup;

import dev.strata.access.ReadableRepositories;
import dev.strata.cache.ReadPolicy;
import dev.strata.dockerfile.Expansion;
import dev.strata.dockerfile.Instruction;
import dev.strata.dockerfile.Mount;
import dev.strata.oci.Platform;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.step.BuildState;
import dev.strata.step.Content;
import dev.strata.step.Operation;
import dev.strata.step.Operations;
import java.util.Map;
import java.util.Optional;

/**
 * Whether the layer for an instruction on a parent exists.
 *
 * @param parent a chain ID, {@code scratch}, or a tag or a manifest's digest of the repository
 * @param instruction one instruction of a Dockerfile
 * @param content what it copies
 * @param surroundings what a command sees where the parent is a bare chain ID
 * @param readable the repositories whose images may be parents
 */
public record LayerQuestion(
        RepositoryName repository,
        String parent,
        String instruction,
        Platform platform,
        Optional<Content> content,
        Optional<Surroundings> surroundings,
        ReadableRepositories readable,
        ReadPolicy policy) {

    /** What a command sees besides its file system. Each is the default where it is empty. */
    public record Surroundings(Map<String, String> env, String user, String cwd) {}

    /** How well an entry fits. */
    public enum Match {
        /** All that the step can see is the same. */
        EXACT,
        /** The instruction on that parent is the same; what else it sees was not said. */
        INSTRUCTION
    }

    /**
     * The answer.
     *
     * @param match how well the entry fits that was found
     */
    public record Answer(Lookup lookup, Match match) {}

    /**
     * What the instruction does there.
     *
     * @param state what a command sees on the parent; becomes what one behind the instruction sees
     * @throws RegistryException PARAMETER_INVALID where it makes no layer, and where the content of a copy is missing
     *     or cannot be said here; STEP_INVALID where it is not certain what else the instruction sees
     */
    public Operation operation(BuildState state) {
        Expansion expansion = Expansion.of('\\', state.visible());
        Instruction expanded = Instruction.parse(instruction).expand(expansion);
        state.apply(expanded);
        return Operations.of(expanded, state, expansion, Optional.empty(), new Said())
                .orElseThrow(() -> invalid("this instruction makes no layer", instruction));
    }

    /** What the caller says of contents. */
    private final class Said implements Operations.Contents<RegistryException> {

        @Override
        public Content copied(Instruction.Copy copy) {
            return content.orElseThrow(this::missing);
        }

        @Override
        public Content added(Instruction.Add add) {
            return content.or(() -> Operations.download(add).map(list -> new Content.Files(list.digest())))
                    .orElseThrow(this::missing);
        }

        @Override
        public Content bound(Mount mount) {
            throw invalid("what a bind mount holds cannot be asked for here", "--mount=type=bind");
        }

        private RegistryException missing() {
            return invalid("content is missing: the digest of what is copied", instruction);
        }
    }

    private static RegistryException invalid(String message, String value) {
        return new RegistryException(
                Problem.PARAMETER_INVALID, message, Map.of("parameter", "instruction", "value", value));
    }
}
