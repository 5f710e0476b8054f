package dev.strata.cache.lookup;

import dev.strata.cache.ReadPolicy;
import dev.strata.cache.entries.EntriesElsewhere;
import dev.strata.cache.entries.EntryReads;
import dev.strata.cache.entries.FoundEntry;
import dev.strata.cache.entries.Instructions;
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
    private final EntriesElsewhere elsewhere;
    private final Judgement judgement;
    private final Verdicts verdicts;
    private final NeighbourEntries neighbours;
    private final PromisedLayers promised;

    LayerQuestions(
            BaseImages images,
            EntryReads table,
            EntriesElsewhere elsewhere,
            Judgement judgement,
            Verdicts verdicts,
            NeighbourEntries neighbours,
            PromisedLayers promised) {
        this.images = images;
        this.table = table;
        this.elsewhere = elsewhere;
        this.judgement = judgement;
        this.verdicts = verdicts;
        this.neighbours = neighbours;
        this.promised = promised;
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
        Judgement.Verdict found = isExact
                ? verdicts.of(repositoryId, step.key(), question.policy())
                : sayingTheSame(repositoryId, step, Instruction.parse(question.instruction()), question.policy());
        Judgement.Verdict verdict = promised.keep(question.repository(), found);
        verdicts.count(
                question.repository(), verdict, question.policy().scopes().getFirst(), Instructions.name(operation));
        return new LayerQuestion.Answer(verdict.lookup(), match);
    }

    /** Whether all that a step takes besides its file system is in the instruction. */
    private static boolean seesNothing(Operation operation) {
        return operation instanceof Operation.Copy copy && copy.dest().startsWith(Operation.ROOT);
    }

    /** What is known of the same instruction on the same stack and platform, whatever it saw. */
    private Judgement.Verdict sayingTheSame(
            Optional<Long> repositoryId, Step step, Instruction instruction, ReadPolicy policy) {
        // Where a relative path leads to depends on what it saw, and with that what the entry says.
        boolean isRelative = instruction instanceof Instruction.Workdir workdir
                && !workdir.path().startsWith(Operation.ROOT)
                && workdir.path().indexOf('$') < 0;
        Digest words = Instructions.digest(step.operation());
        Optional<Digest> said = isRelative ? Optional.empty() : Optional.of(words);
        List<FoundEntry> own = repositoryId
                .map(id -> table.findByParent(id, step.parent(), said, CANDIDATES).stream()
                        .filter(found -> saysTheSame(step, found, isRelative))
                        .toList())
                .orElse(List.of());
        Judgement.Verdict verdict = judgement.judge(own, policy);
        return isRelative
                ? verdict
                : neighbours.orElsewhere(
                        verdict,
                        repositoryId,
                        policy,
                        range -> elsewhere.findByParent(step.parent(), words, range),
                        found -> saysTheSame(step, found.row(), false));
    }

    private boolean saysTheSame(Step step, FoundEntry found, boolean isRelative) {
        Step other = stepOf(found);
        return other.platform().equals(step.platform())
                && saysTheSame(step.operation(), other.operation(), isRelative);
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
