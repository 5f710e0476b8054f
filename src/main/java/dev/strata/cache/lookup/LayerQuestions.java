package dev.strata.cache.lookup;

import dev.strata.cache.entries.EntryReads;
import dev.strata.cache.entries.FoundEntry;
import dev.strata.cache.entries.Instructions;
import dev.strata.cache.entries.MissReason;
import dev.strata.cache.uses.Uses;
import dev.strata.dockerfile.Expansion;
import dev.strata.dockerfile.Instruction;
import dev.strata.dockerfile.Mount;
import dev.strata.json.StrictJson;
import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.step.BuildState;
import dev.strata.step.Content;
import dev.strata.step.Environment;
import dev.strata.step.Operation;
import dev.strata.step.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Service;

/** Answers whether the layer for one instruction on one parent exists. */
@Service
public class LayerQuestions {

    private static final String SCRATCH = "scratch";
    private static final int CANDIDATES = 50;

    private final Images images;
    private final EntryReads table;
    private final Judgement judgement;
    private final Uses uses;

    LayerQuestions(Images images, EntryReads table, Judgement judgement, Uses uses) {
        this.images = images;
        this.table = table;
        this.judgement = judgement;
        this.uses = uses;
    }

    /** A parent, and what a command on it sees, where that is known. */
    private record Parent(Optional<ChainId> chain, Optional<BuildState> state) {}

    /**
     * @throws RegistryException PARAMETER_INVALID for what is no instruction that makes a layer, for a parent that is
     *     none, and where the content of a copy is missing
     */
    public LayerQuestion.Answer ask(LayerQuestion question) {
        Parent parent = parent(question);
        Operation operation = operation(question, parent.state().orElseGet(BuildState::new));
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
        Judgement.Verdict verdict = judgement.judge(found, question.policy());
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
        Optional<Images.Image> image = images.find(
                question.repository(), question.parent(), question.platform(), question.readable());
        if (image.isPresent()) {
            return new Parent(
                    image.get().chainId(), said.or(() -> image.map(found -> new BuildState(found.config()))));
        }
        if (question.parent().startsWith("sha256:")) {
            return new Parent(Optional.of(ChainId.of(question.parent())), said);
        }
        throw invalid("parent is a chain ID, scratch, or a tag or digest of an image here", "parent", question.parent());
    }

    private static BuildState state(LayerQuestion.Surroundings given) {
        BuildState state = new BuildState();
        given.env().forEach(state::setEnv);
        state.setUser(given.user());
        state.enter(given.cwd());
        return state;
    }

    private static Operation operation(LayerQuestion question, BuildState state) {
        Expansion expansion = Expansion.of('\\', state.visible());
        return switch (Instruction.parse(question.instruction()).expand(expansion)) {
            case Instruction.Run run -> run(run, state, expansion);
            case Instruction.Copy copy ->
                copy(Operation.Copy.Kind.COPY, copy, content(question), state);
            case Instruction.Add add ->
                copy(
                        add.unpack().orElse(true) ? Operation.Copy.Kind.ADD : Operation.Copy.Kind.COPY,
                        add,
                        content(question),
                        state);
            case Instruction.Workdir workdir -> {
                state.enter(workdir.path());
                yield new Operation.Workdir(state.cwd(), state.user());
            }
            default -> throw invalid("this instruction makes no layer", "instruction", question.instruction());
        };
    }

    private static Content content(LayerQuestion question) {
        return question.content()
                .orElseThrow(() -> invalid(
                        "content is missing: the digest of what is copied", "instruction", question.instruction()));
    }

    private static Operation run(Instruction.Run run, BuildState state, Expansion expansion) {
        List<dev.strata.step.Mount> mounts = new ArrayList<>();
        for (Mount mount : run.mounts(expansion)) {
            mounts.add(mount(mount));
        }
        return new Operation.Run(
                run.command().argv(state.shell()),
                Environment.ofValues(state.environment(Map.of())),
                state.user(),
                state.cwd(),
                mounts,
                run.network().orElse(Operation.Run.DEFAULT_NETWORK),
                run.security().orElse(Operation.Run.DEFAULT_SECURITY));
    }

    private static dev.strata.step.Mount mount(Mount mount) {
        if (mount.type() == Mount.Type.BIND) {
            throw invalid("what a bind mount holds cannot be asked for here", "instruction", "--mount=type=bind");
        }
        Map<String, String> options = new HashMap<>(mount.options());
        String env = Optional.ofNullable(options.remove("env")).orElse("");
        options.keySet().removeAll(List.of("required", "sharing"));
        String target = mount.target().orElse("");
        return new dev.strata.step.Mount(
                mount.type().name().toLowerCase(Locale.ROOT),
                target,
                mount.id().or(mount::source).orElse(mount.type() == Mount.Type.CACHE ? target : ""),
                env,
                Optional.empty(),
                mount.readOnly(),
                options);
    }

    private static Operation copy(
            Operation.Copy.Kind kind, Instruction.Transfer transfer, Content content, BuildState state) {
        return new Operation.Copy(
                kind,
                state.cwd(),
                transfer.destination(),
                transfer.chown().orElse(""),
                transfer.chmod().orElse(""),
                transfer.link(),
                transfer.exclude(),
                content);
    }

    private static RegistryException invalid(String message, String parameter, String value) {
        return new RegistryException(
                Problem.PARAMETER_INVALID, message, Map.of("parameter", parameter, "value", value));
    }
}
