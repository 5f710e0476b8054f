package dev.strata.agent.build;

import dev.strata.agent.AgentException;
import dev.strata.agent.builders.Builder;
import dev.strata.agent.builders.BuilderOptions;
import dev.strata.agent.cache.CacheAwayException;
import dev.strata.agent.cache.CacheClient;
import dev.strata.agent.cache.Heartbeats;
import dev.strata.agent.context.ContextFiles;
import dev.strata.agent.images.ImageLayer;
import dev.strata.agent.images.ImageName;
import dev.strata.agent.images.Images;
import dev.strata.agent.images.RemoteImage;
import dev.strata.agent.images.StackedImage;
import dev.strata.agent.plan.Base;
import dev.strata.agent.plan.BuildPlan;
import dev.strata.agent.plan.PlannedInstruction;
import dev.strata.agent.plan.StagePlan;
import dev.strata.dockerfile.Dockerfile;
import dev.strata.dockerfile.Instruction;
import dev.strata.dockerfile.text.RawText;
import dev.strata.oci.ChainId;
import dev.strata.step.Content;
import dev.strata.step.Operation;
import dev.strata.step.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** Has the builder make the rest of a stage, and tells the cache what came of each step. */
public final class StageBuild {

    private final BuildPlan plan;
    private final ContextFiles context;
    private final Builder builder;
    private final Options options;
    private final Images images;
    private final CacheClient cache;
    private final Heartbeats leases;
    private final Progress progress;
    private final BuilderLogin login;
    private final TemporaryImages temporary;
    private final String mark;
    /** The stages that are not what their steps say, by their index. */
    private final Set<Integer> unfit = ConcurrentHashMap.newKeySet();
    /** Why the cache did not take what it was told; each is said once. */
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /**
     * What the command line says.
     *
     * @param ignored the text that says what is left out of the context, as the plan read it
     * @param toBuilder what is said to the builder
     * @param arguments the values of the build arguments
     * @param noCache whether a stage's steps are run afresh
     */
    public record Options(
            Path context,
            String ignored,
            BuilderOptions toBuilder,
            Map<String, String> arguments,
            Predicate<StagePlan> noCache) {}

    /**
     * What came of a stage.
     *
     * @param stands whether the cache has no other result of one of its steps
     */
    record Built(StackedImage image, boolean stands) {}

    /** @param context the files that the plan looked at */
    public StageBuild(
            BuildPlan plan,
            ContextFiles context,
            Builder builder,
            Options options,
            Images images,
            CacheClient cache,
            Heartbeats leases,
            Progress progress,
            BuilderLogin login,
            TemporaryImages temporary) {
        this.plan = plan;
        this.context = context;
        this.builder = builder;
        this.options = options;
        this.images = images;
        this.cache = cache;
        this.leases = leases;
        this.progress = progress;
        this.login = login;
        this.temporary = temporary;
        this.mark = temporary.tag().toString();
    }

    /**
     * Builds the rest of a stage.
     *
     * @param prefix the image of the steps that are there; empty where there are none
     * @param base what the stage starts from
     * @param stages the stages that are built already
     * @param found how many steps are there
     */
    Built build(
            StagePlan stage,
            Optional<StackedImage> prefix,
            StackedImage base,
            Map<Integer, StackedImage> stages,
            int found) {
        int done = prefix.isPresent() ? stage.instructionsBefore(found) : 0;
        Map<Integer, String> others = new HashMap<>();
        stage.uses().forEach(index -> others.put(index, put(stages.get(index))));
        String from = prefix.map(this::put).orElseGet(() -> from(stage, stages));
        StackedImage below = prefix.orElse(base);
        Rest rest = Rest.of(plan, stage, done, from, others, instruction -> pins(stage, instruction), new Rest.Settings(
                builder.dialect(),
                plan.dockerfile().directives().escape(),
                options.arguments(),
                isMarked(below) ? Optional.empty() : Optional.of(mark)));
        Map<Integer, Duration> times = new HashMap<>();
        RemoteImage result = temporary.with(image -> {
            times.putAll(run(stage, rest, image));
            return images.repository()
                    .image(image.reference(), stage.platform())
                    .orElseThrow(() -> new AgentException(
                            AgentException.Outcome.REGISTRY, builder.name() + " pushed no image " + image));
        });
        ObjectNode planned = builder.stored(
                stage.stateAfter(stage.instructions().size()).image());
        Made made = Made.of(rest, result, builder.stored(result.bare()), below, planned);
        Map<Integer, Instant> stored = new HashMap<>();
        boolean stands = made.layers().isEmpty()
                || !isFit(stage, rest)
                || commit(stage, below, stages, found, made, times, stored);
        return new Built(made.asStored(stored, rest, prefix.isEmpty(), builder.dialect()).image(), stands);
    }

    /** Whether what was made of a stage is what its steps say, so that others may have it. */
    private boolean isFit(StagePlan stage, Rest rest) {
        boolean onUnfit = stage.uses().stream().anyMatch(unfit::contains)
                || stage.base() instanceof Base.Stage(StagePlan other) && unfit.contains(other.index());
        Optional<PlannedInstruction> touched =
                rest.instructions().stream().filter(this::wasTouched).findFirst();
        touched.ifPresent(instruction -> progress.note(
                "files that " + instruction.text() + " takes were changed during the build, so that what was made is not stored in the cache"));
        boolean fit = !onUnfit && touched.isEmpty() && rest.isPinned();
        if (!fit) {
            unfit.add(stage.index());
        }
        return fit;
    }

    private boolean wasTouched(PlannedInstruction instruction) {
        return instruction.operation().stream()
                .flatMap(operation -> operation.listedContents().stream())
                .anyMatch(content -> !context.isUnchanged(content));
    }

    /** Which images the names in an instruction meant when it was planned. */
    private Map<String, String> pins(StagePlan stage, PlannedInstruction planned) {
        Dockerfile file = plan.dockerfile();
        List<String> names =
                switch (planned.instruction()) {
                    case Instruction.Copy copy -> copy.from().stream()
                            .filter(name -> file.stageOrNumber(name, stage.index()).isEmpty())
                            .toList();
                    case Instruction.Run run -> run.mounts(planned.after().expansion()).stream()
                            .flatMap(mount -> mount.from().stream())
                            .filter(name -> file.stage(name, stage.index()).isEmpty())
                            .toList();
                    default -> List.of();
                };
        Map<String, String> pins = new HashMap<>();
        names.forEach(name -> images.found(name, plan.platform())
                .ifPresent(image -> pins.put(name, image.name().toString())));
        return pins;
    }

    /** A name to start from or to copy from. */
    private String put(StackedImage image) {
        return images.put(image.asBase(mark), builder.dialect().manifestType(), Optional.empty()).toString();
    }

    /** Whether what is built on an image is this build's alone: it is removed, and nobody else's image must go with it. */
    private static boolean isMarked(StackedImage below) {
        return !below.layers().isEmpty() && !below.history().isEmpty();
    }

    private String from(StagePlan stage, Map<Integer, StackedImage> stages) {
        return switch (stage.base()) {
            case Base.Scratch scratch -> "scratch";
            case Base.Image(RemoteImage image) -> put(images.bring(image));
            case Base.Stage(StagePlan other) -> put(stages.get(other.index()));
        };
    }

    private Map<Integer, Duration> run(StagePlan stage, Rest rest, ImageName image) {
        try {
            Path directory = Files.createTempDirectory("strata-build-");
            try {
                Path dockerfile = Files.write(directory.resolve("Dockerfile"), RawText.bytes(rest.text()));
                // As it was read: what it says by now would let the builder see other files.
                Path ignoreFile = Files.write(directory.resolve("Dockerfile.dockerignore"), RawText.bytes(options.ignored()));
                return builder.build(
                        new Builder.Job(
                                Optional.of(dockerfile),
                                Optional.of(ignoreFile),
                                options.context().toString(),
                                image,
                                Builder.Fate.HANDED_OVER,
                                images.plainHttp(),
                                options.toBuilder().ofStage(options.noCache().test(stage), arguments()),
                                rest.layerInstructions(),
                                login),
                        line -> progress.output(plan.stages().size() == 1 ? "" : stage.name(), line));
            } finally {
                try (Stream<Path> files = Files.walk(directory)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> arguments() {
        List<String> words = new ArrayList<>();
        options.arguments().forEach((name, value) -> words.add(name + "=" + value));
        return words;
    }

    /**
     * Tells the cache. The last step comes first, so that who waits for the first one finds all of them.
     *
     * @param stored gets the moments at which it stored the results, by the step's number in the rest
     * @return whether the result stands
     */
    private boolean commit(
            StagePlan stage,
            StackedImage below,
            Map<Integer, StackedImage> stages,
            int found,
            Made made,
            Map<Integer, Duration> times,
            Map<Integer, Instant> stored) {
        List<Step> steps = new ArrayList<>();
        Optional<ChainId> parent = below.chainId();
        List<PlannedInstruction> run = stage.steps().subList(found, stage.steps().size());
        for (PlannedInstruction step : run) {
            Operation planned = step.operation().orElseThrow();
            if (planned.contents().anyMatch(content -> content instanceof Content.OfStage from && end(from, stages).isEmpty())) {
                break; // what is copied from nothing has no name
            }
            steps.add(new Step(stage.platform(), parent, planned.mapContents(content -> known(content, stages))));
            Optional<ImageLayer> layer = made.layers().get(steps.size() - 1);
            if (layer.isPresent()) {
                parent = Optional.of(ChainId.above(parent, layer.get().diffId()));
            }
        }
        boolean replace = options.noCache().test(stage);
        for (int i = steps.size() - 1; i >= 0; i--) {
            String key = steps.get(i).key().toString();
            try {
                Duration ran = times.getOrDefault(i, Duration.ZERO);
                Optional<Instant> since = cache.commit(
                        steps.get(i),
                        run.get(i).files(),
                        copiedFrom(run.get(i), stages),
                        made.layers().get(i),
                        ran,
                        builder.name(),
                        leases.lease(key),
                        replace);
                if (since.isEmpty()) {
                    return false;
                }
                stored.put(i, since.get());
                leases.done(key);
            } catch (CacheAwayException away) {
                if (told.add(away.getMessage())) {
                    progress.note("what was run is not stored in the cache: " + away.getMessage());
                }
                return true;
            }
        }
        return true;
    }

    /** The layers of the stage that a step copied from. */
    private List<List<ImageLayer>> copiedFrom(PlannedInstruction step, Map<Integer, StackedImage> stages) {
        return step.operation().orElseThrow() instanceof Operation.Copy copy
                        && copy.content() instanceof Content.OfStage from
                ? image(from, stages).map(StackedImage::layers).stream().toList()
                : List.of();
    }

    /** Stages are named by where they ended, as soon as that is known. */
    private Content known(Content content, Map<Integer, StackedImage> stages) {
        return content instanceof Content.OfStage from
                ? new Content.OfStage(end(from, stages).orElseThrow().toString(), from.paths())
                : content;
    }

    /** Where a stage ended; empty where it has no layers. */
    private Optional<ChainId> end(Content.OfStage content, Map<Integer, StackedImage> stages) {
        return image(content, stages).flatMap(StackedImage::chainId);
    }

    private Optional<StackedImage> image(Content.OfStage content, Map<Integer, StackedImage> stages) {
        return plan.stages().stream()
                .filter(stage -> stage.name().equals(content.stage()))
                .findFirst()
                .map(stage -> stages.get(stage.index()));
    }
}
