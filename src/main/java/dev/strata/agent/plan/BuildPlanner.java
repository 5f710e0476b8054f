package dev.strata.agent.plan;

import dev.strata.agent.AgentException;
import dev.strata.agent.builders.Dialect;
import dev.strata.agent.connection.Http;
import dev.strata.agent.context.ContextFiles;
import dev.strata.agent.context.NotCachedException;
import dev.strata.agent.images.ImageName;
import dev.strata.agent.images.RemoteImage;
import dev.strata.dockerfile.Dockerfile;
import dev.strata.dockerfile.Instruction;
import dev.strata.dockerfile.Stage;
import dev.strata.dockerfile.text.DockerfileException;
import dev.strata.dockerfile.words.Expansion;
import dev.strata.oci.ChainId;
import dev.strata.oci.Platform;
import dev.strata.problem.RegistryException;
import dev.strata.step.Content;
import dev.strata.step.ContentList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import tools.jackson.databind.node.ObjectNode;

/** Makes a plan of a Dockerfile: which stages are needed, and what each of their instructions does. */
public final class BuildPlanner {

    /** Names what is built, which is not the stage that asks for it. */
    public static final String TARGET_STAGE = "TARGETSTAGE";

    private final Dockerfile file;
    private final Dialect dialect;
    private final ContextFiles context;
    private final BiFunction<ImageName, Platform, RemoteImage> images;
    private final Settings settings;
    private final Map<String, String> globals;
    private final SortedMap<Integer, StagePlan> planned = new TreeMap<>();

    /**
     * What the command line says.
     *
     * @param target the stage to build; the last where empty
     * @param platform what is built for
     * @param isPlatformGiven whether it was said, so that the image says it too, whatever it stands on
     * @param buildPlatform what the builder runs on
     * @param arguments the build arguments
     * @param network the network of all commands, where it is said
     */
    public record Settings(
            Optional<String> target,
            Platform platform,
            boolean isPlatformGiven,
            Platform buildPlatform,
            Map<String, String> arguments,
            Optional<String> network) {}

    /** @param images finds the image that a name means; it fails where there is none */
    public BuildPlanner(
            Dockerfile file,
            Dialect dialect,
            ContextFiles context,
            BiFunction<ImageName, Platform, RemoteImage> images,
            Settings settings) {
        this.file = file;
        this.dialect = dialect;
        this.context = context;
        this.images = images;
        this.settings = settings;
        this.globals = globals();
    }

    /** @throws dev.strata.dockerfile.text.DockerfileException where the file is wrong */
    public BuildPlan plan() {
        int all = file.stages().size();
        Stage target = settings.target()
                .map(name -> (dialect == Dialect.BUILDAH ? file.stageOrNumber(name, all) : file.stage(name, all)).orElseThrow(() -> new AgentException(
                        AgentException.Outcome.INVALID, "there is no stage '" + name + "' in the Dockerfile")))
                .orElse(file.stages().getLast());
        StagePlan last = plan(target);
        if (settings.isPlatformGiven() && dialect != Dialect.BUILDAH) {
            planned.put(target.index(), last.endingOn(settings.platform()));
        }
        return new BuildPlan(
                file, settings.platform(), saidTargetStage(), List.copyOf(planned.headMap(target.index() + 1).values()));
    }

    private StagePlan plan(Stage stage) {
        StagePlan known = planned.get(stage.index());
        if (known == null) {
            known = new Builder(stage).build();
            planned.put(stage.index(), known);
        }
        return known;
    }

    /** What FROM sees, and stages where they declare it: the arguments before the first FROM, and those that are predefined. */
    private Map<String, String> globals() {
        Map<String, String> values = new LinkedHashMap<>();
        putPlatform(values, "TARGET", settings.platform());
        putPlatform(values, "BUILD", settings.buildPlatform());
        if (dialect == Dialect.BUILDKIT) {
            values.put("TARGETOSVERSION", "");
            values.put("BUILDOSVERSION", "");
            values.put(TARGET_STAGE, targetStage());
        }
        values.replaceAll((name, value) -> settings.arguments().getOrDefault(name, value));
        for (Instruction.Arg argument : file.globalArguments()) {
            for (Instruction.Variable variable : argument.variables()) {
                Optional.ofNullable(settings.arguments().get(variable.name()))
                        .or(() -> variable.value().map(text -> expansion(values).on(argument.source().line()).word(text)))
                        .ifPresent(value -> values.put(variable.name(), value));
            }
        }
        return values;
    }

    /** What the target is called, in every stage. */
    private String targetStage() {
        return settings.target().or(() -> file.stages().getLast().name()).orElse("default");
    }

    /** The same, where the file asks for it. */
    private Optional<String> saidTargetStage() {
        boolean asks = dialect == Dialect.BUILDKIT
                && !settings.arguments().containsKey(TARGET_STAGE)
                && file.stages().stream()
                        .flatMap(stage -> stage.instructions().stream())
                        .anyMatch(each -> each instanceof Instruction.Arg arg
                                && arg.variables().stream().anyMatch(variable -> variable.name().equals(TARGET_STAGE)));
        return asks ? Optional.of(targetStage()) : Optional.empty();
    }

    private static void putPlatform(Map<String, String> values, String prefix, Platform platform) {
        values.put(prefix + "PLATFORM", platform.toString());
        values.put(prefix + "OS", platform.os());
        values.put(prefix + "ARCH", platform.architecture());
        values.put(prefix + "VARIANT", platform.variant().orElse(""));
    }

    private Expansion expansion(Map<String, String> values) {
        return Expansion.of(file.directives().escape(), values);
    }

    /** Makes the plan of one stage. */
    private final class Builder implements KnownOperations.Sources {

        private final Stage stage;
        private final Instruction.From from;
        private final Base base;
        private final Platform platform;
        private final SortedSet<Integer> uses = new TreeSet<>();
        private final KnownOperations operations = new KnownOperations(context, this, settings.network(), dialect);

        Builder(Stage stage) {
            this.stage = stage;
            this.from = stage.from().expand(expansion(globals));
            this.base = base();
            this.platform =
                    switch (base) {
                        case Base.Scratch scratch -> settings.platform();
                        case Base.Image image -> ownPlatform();
                        case Base.Stage(StagePlan other) -> other.platform();
                    };
        }

        /** That of the image, where the stage starts from one. */
        private Platform ownPlatform() {
            Optional<String> written = stage.from().platform().filter(text -> !text.isEmpty());
            if (written.isPresent() && from.platform().filter(text -> !text.isEmpty()).isEmpty()) {
                throw new DockerfileException(
                        stage.from().source().line(), "the platform " + written.get() + " is empty");
            }
            return from.platform().filter(text -> !text.isEmpty()).map(Platform::of).orElse(settings.platform());
        }

        StagePlan build() {
            ImageState state = start();
            List<Instruction> instructions = new ArrayList<>();
            state.takeTriggers().forEach(trigger -> instructions.add(trigger(trigger)));
            instructions.addAll(stage.instructions());
            ImageState before = state.copy();
            List<PlannedInstruction> plans = new ArrayList<>();
            for (Instruction instruction : instructions) {
                plans.add(plan(instruction, state));
            }
            boolean isPlatformWritten = from.platform().filter(text -> !text.isEmpty()).isPresent();
            return new StagePlan(
                    stage.index(), name(), base, platform, isPlatformWritten, before, List.copyOf(plans), uses);
        }

        private Instruction trigger(String text) {
            Instruction trigger = Instruction.parse(text);
            if (trigger instanceof Instruction.From || trigger instanceof Instruction.OnBuild) {
                throw new DockerfileException(
                        stage.from().source().line(), "the base's trigger '" + text + "' is none that can run");
            }
            return trigger;
        }

        /** A name that a later stage has too means that one. */
        private String name() {
            return stage.name()
                    .filter(name -> file.stage(name, file.stages().size()).equals(Optional.of(stage)))
                    .orElse(String.valueOf(stage.index()));
        }

        private Base base() {
            Optional<Stage> other = file.exactStage(from.image(), stage.index());
            if (other.isPresent()) {
                return new Base.Stage(BuildPlanner.this.plan(other.get()));
            }
            if (from.image().equals("scratch")) {
                return new Base.Scratch();
            }
            return new Base.Image(images.apply(ImageName.of(from.image()), ownPlatform()));
        }

        private ImageState start() {
            return switch (base) {
                case Base.Scratch scratch -> start(scratch());
                case Base.Image(RemoteImage image) -> start(image.bare());
                case Base.Stage(StagePlan other) -> {
                    ImageState end = other.stateAfter(other.instructions().size());
                    yield dialect.inheritsArguments() ? end.inherited() : start(end.image());
                }
            };
        }

        private ImageState start(ObjectNode config) {
            return new ImageState(config, dialect, file.directives().escape(), settings.arguments(), globals);
        }

        private ObjectNode scratch() {
            ObjectNode image = Http.JSON.createObjectNode().put("architecture", platform.architecture());
            platform.variant().ifPresent(variant -> image.put("variant", variant));
            ObjectNode config = image.put("os", platform.os()).putObject("config");
            if (dialect != Dialect.BUILDAH) {
                config.put("WorkingDir", "/");
            }
            return image;
        }

        private PlannedInstruction plan(Instruction written, ImageState state) {
            Instruction instruction = state.apply(written);
            boolean layer = dialect.makesLayer(instruction, state.workingDir());
            Optional<KnownOperations.Known> known = Optional.empty();
            Optional<String> notCached = Optional.empty();
            if (layer) {
                noteUse(instruction, state);
                try {
                    known = Optional.of(operations.of(instruction, state));
                } catch (NotCachedException e) {
                    notCached = Optional.of(e.reason());
                }
            }
            return new PlannedInstruction(
                    instruction,
                    CreatedBy.of(instruction, state),
                    dialect.hasEntry(instruction),
                    layer,
                    known.map(KnownOperations.Known::operation),
                    known.flatMap(KnownOperations.Known::files),
                    notCached,
                    state.copy());
        }

        /** A stage is needed also by a step that is not cached. */
        private void noteUse(Instruction instruction, ImageState state) {
            List<Stage> others =
                    switch (instruction) {
                        case Instruction.Copy copy -> copy.from().flatMap(this::copiedFrom).stream().toList();
                        case Instruction.Run run -> run.mounts(state.expansion()).stream()
                                .flatMap(mount -> mount.from().flatMap(this::mountedFrom).stream())
                                .toList();
                        default -> List.of();
                    };
            others.forEach(other -> {
                BuildPlanner.this.plan(other);
                uses.add(other.index());
            });
        }

        @Override
        public Optional<Stage> copiedFrom(String nameOrNumber) {
            return before(nameOrNumber, file.stageOrNumber(nameOrNumber, file.stages().size()));
        }

        @Override
        public Optional<Stage> mountedFrom(String name) {
            return before(name, file.stage(name, file.stages().size()));
        }

        /** The builders look among all stages, and refuse one that is not built yet. */
        private Optional<Stage> before(String name, Optional<Stage> found) {
            if (found.isPresent() && found.get().index() >= stage.index()) {
                throw new DockerfileException(
                        stage.from().source().line(), "the stage " + name + " has to stand before the one that takes from it");
            }
            return found;
        }

        @Override
        public Content ofStage(Stage other, List<String> paths) {
            StagePlan taken = BuildPlanner.this.plan(other);
            // Where there is nothing to take there is no stack to name either.
            return taken.isEmpty()
                    ? new Content.Files(ContentList.of(List.of()).digest())
                    : new Content.OfStage(taken.name(), paths);
        }

        /** The builders take such an image for the target's platform, whatever the stage's own is. */
        @Override
        public Content ofImage(String source, List<String> paths) throws NotCachedException {
            try {
                RemoteImage image = images.apply(ImageName.of(source), settings.platform());
                ChainId chain = image.chainId().orElseThrow(() -> new NotCachedException(source + " has no layers"));
                return new Content.OfImage(chain, paths);
            } catch (AgentException | RegistryException e) {
                throw new NotCachedException(source + " is no image that can be looked at: " + e.getMessage());
            }
        }
    }
}
