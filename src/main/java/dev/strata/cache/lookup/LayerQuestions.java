package dev.strata.cache.lookup;

import dev.strata.cache.entries.EntryReads;
import dev.strata.cache.entries.FoundEntry;
import dev.strata.cache.entries.Instructions;
import dev.strata.cache.entries.MissReason;
import dev.strata.cache.uses.Uses;
import dev.strata.dockerfile.Instruction;
import dev.strata.json.StrictJson;
import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.step.BuildState;
import dev.strata.step.Operation;
import dev.strata.step.Step;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Service;

/** Answers whether the layer for one instruction on one parent exists. */
@Service
public class LayerQuestions {

    private static final String SCRATCH = "scratch";
    private static final int CANDIDATES = 50;

    private final BaseImages images;
    private final EntryReads table;
    private final Judgement judgement;
    private final PromisedLayers promised;
    private final Uses uses;

    LayerQuestions(
            BaseImages images, EntryReads table, Judgement judgement, PromisedLayers promised, Uses uses) {
        this.images = images;
        this.table = table;
        this.judgement = judgement;
        this.promised = promised;
        this.uses = uses;
    }

    /** A parent, and what a command on it sees, where that is known. */
    private record Parent(Optional<ChainId> chain, Optional<BuildState> state) {}

    /**
     * @throws RegistryException PARAMETER_INVALID for a parent that is none, and what {@link AskedInstruction#operation}
     *     throws
     */
    public LayerQuestion.Answer ask(LayerQuestion question) {
        Parent parent = parent(question);
        Operation operation = new AskedInstruction(question.instruction(), question.content())
                .operation(parent.state().orElseGet(LayerQuestions::nothing));
        Step step = new Step(question.platform(), parent.chain(), operation);
        boolean isExact = parent.state().isPresent() || seesNothing(operation);
        LayerQuestion.Match match = isExact ? LayerQuestion.Match.EXACT : LayerQuestion.Match.INSTRUCTION;
        Optional<Long> repositoryId = table.repository(question.repository());
        if (repositoryId.isEmpty()) {
            return new LayerQuestion.Answer(new Lookup.Miss(MissReason.NEVER_SEEN, Optional.empty()), match);
        }
        List<FoundEntry> found = isExact
                ? table.find(repositoryId.get(), step.key(), question.policy().scopes())
                : sayingTheSame(repositoryId.get(), step, Instruction.parse(question.instruction()));
        Judgement.Verdict verdict = promised.keep(question.repository(), judgement.judge(found, question.policy()));
        verdict.countIn(
                uses, repositoryId.get(), question.policy().scopes().getFirst(), Instructions.name(operation));
        return new LayerQuestion.Answer(verdict.lookup(), match);
    }

    /** Whether all that a step takes besides its file system is in the instruction. */
    private static boolean seesNothing(Operation operation) {
        return operation instanceof Operation.Copy copy && copy.dest().startsWith(Operation.ROOT);
    }

    /** Entries of the same instruction on the same stack and platform, whatever it saw. */
    private List<FoundEntry> sayingTheSame(long repositoryId, Step step, Instruction instruction) {
        // Where a relative path leads to depends on what it saw, and with that what the entry says.
        boolean isRelative = instruction instanceof Instruction.Workdir workdir
                && !workdir.path().startsWith(Operation.ROOT)
                && workdir.path().indexOf('$') < 0;
        Optional<Digest> said =
                isRelative ? Optional.empty() : Optional.of(Instructions.digest(step.operation()));
        return table.findByParent(repositoryId, step.parent(), said, CANDIDATES).stream()
                .filter(found -> {
                    Step other = stepOf(found);
                    return other.platform().equals(step.platform())
                            && saysTheSame(step.operation(), other.operation(), isRelative);
                })
                .toList();
    }

    private static boolean saysTheSame(Operation asked, Operation other, boolean isRelative) {
        return switch (asked) {
            case Operation.Run run -> other instanceof Operation.Run seen
                    && other.equals(new Operation.Run(
                            run.argv(), seen.env(), seen.user(), seen.cwd(), run.mounts(), run.network(), run.security()));
            case Operation.Copy copy -> other instanceof Operation.Copy seen
                    && other.equals(new Operation.Copy(
                            copy.kind(), seen.cwd(), copy.dest(), copy.chown(), copy.chmod(), copy.link(), copy.exclude(),
                            copy.content()));
            case Operation.Workdir workdir -> other instanceof Operation.Workdir seen
                    && (isRelative ? leadsTo(workdir.cwd(), seen.cwd()) : workdir.cwd().equals(seen.cwd()));
        };
    }

    /** Whether a path that leads to one directory from the root leads to another one from somewhere. */
    private static boolean leadsTo(String fromRoot, String directory) {
        return !fromRoot.equals(Operation.ROOT) && directory.endsWith(fromRoot);
    }

    private Step stepOf(FoundEntry found) {
        return Step.of(StrictJson.read(table.step(found.id()), "the step", Problem.STEP_INVALID));
    }

    private Parent parent(LayerQuestion question) {
        Optional<BuildState> said = question.surroundings().map(LayerQuestions::state);
        if (question.parent().equals(SCRATCH)) {
            return new Parent(Optional.empty(), said);
        }
        Optional<BaseImages.Image> image = images.find(
                question.repository(), question.parent(), question.platform(), question.readable());
        if (image.isPresent()) {
            BuildState own = BuildState.onImage(image.get().config(), BuildState.Scoping.LAST_WINS);
            return new Parent(image.get().chainId(), said.or(() -> Optional.of(own)));
        }
        if (question.parent().startsWith("sha256:")) {
            return new Parent(Optional.of(ChainId.of(question.parent())), said);
        }
        throw invalid("parent is a chain ID, scratch, or a tag or digest of an image here", "parent", question.parent());
    }

    private static BuildState state(LayerQuestion.Surroundings given) {
        BuildState state = nothing();
        given.env().forEach(state::setEnv);
        state.setUser(given.user());
        state.enter(given.cwd());
        return state;
    }

    private static BuildState nothing() {
        return new BuildState(BuildState.Scoping.LAST_WINS);
    }

    private static RegistryException invalid(String message, String parameter, String value) {
        return new RegistryException(
                Problem.PARAMETER_INVALID, message, Map.of("parameter", parameter, "value", value));
    }
}
