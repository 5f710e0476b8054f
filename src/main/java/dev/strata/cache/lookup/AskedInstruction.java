package dev.strata.cache.lookup;

import dev.strata.dockerfile.Instruction;
import dev.strata.dockerfile.Mount;
import dev.strata.dockerfile.words.Expansion;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.step.BuildState;
import dev.strata.step.Content;
import dev.strata.step.Operation;
import dev.strata.step.Operations;
import java.util.Map;
import java.util.Optional;

/**
 * One instruction of a Dockerfile, as somebody asks for its layer.
 *
 * @param text the instruction, with a backslash as its escape character
 * @param content what it copies, where that is said
 */
public record AskedInstruction(String text, Optional<Content> content) {

    /**
     * What the instruction does there.
     *
     * @param state what a command sees on the parent; becomes what one behind the instruction sees
     * @throws RegistryException PARAMETER_INVALID where it makes no layer, and where the content of a copy is missing
     *     or cannot be said here; STEP_INVALID where it is not certain what else the instruction sees
     */
    public Operation operation(BuildState state) {
        Expansion expansion = Expansion.of('\\', state.visible());
        Instruction expanded = Instruction.parse(text).expand(expansion);
        state.apply(expanded);
        return Operations.of(expanded, state, expansion, Optional.empty(), new Said())
                .orElseThrow(() -> invalid("this instruction makes no layer", text));
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
            return invalid("content is missing: the digest of what is copied", text);
        }
    }

    private static RegistryException invalid(String message, String value) {
        return new RegistryException(
                Problem.PARAMETER_INVALID, message, Map.of("parameter", "instruction", "value", value));
    }
}
