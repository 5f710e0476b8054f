package dev.strata.agent;

import dev.strata.dockerfile.Dockerfile;
import dev.strata.dockerfile.Expansion;
import dev.strata.dockerfile.Instruction;
import dev.strata.dockerfile.Stage;
import dev.strata.oci.ChainId;
import dev.strata.oci.Platform;
import dev.strata.oci.RegistryException;
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
final class Planner {

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
     * @param buildPlatform what the builder runs on
     * @param arguments the build arguments
     * @param network the network of all commands, where it is said
     */
    record Settings(
            Optional<String> target,
            Platform platform,
            Platform buildPlatform,
            Map<String, String> arguments,
            Optional<String> network) {}

    /** @param images finds the image that a name means; it fails where there is none */
    Planner(
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

    /** @throws dev.strata.dockerfile.DockerfileException where the file is wrong */
    Plan plan() {
        int all = file.stages().size();
        Stage target = settings.target()
                .map(name -> file.stage(name, all).orElseThrow(() -> new AgentException(
                        AgentException.Outcome.INVALID, "there is no stage '" + name + "' in the Dockerfile")))
                .orElse(file.stages().getLast());
        plan(target);
        return new Plan(file, List.copyOf(planned.headMap(target.index() + 1).values()));
    }

    private StagePlan plan(Stage stage) {
        StagePlan known = planned.get(stage.index());
        if (known == null) {
            known = new Builder(stage).build();
            planned.put(stage.index(), known);
        }
        return known;
    }

    private Map<String, String> globals() {
        Map<String, String> values = new LinkedHashMap<>();
        putPlatform(values, "TARGET", settings.platform());
        putPlatform(values, "BUILD", settings.buildPlatform());
        values.put("TARGETSTAGE", settings.target().or(() -> file.stages().getLast().name()).orElse("default"));
        for (Instruction.Arg argument : file.globalArguments()) {
            for (Instruction.Variable variable : argument.variables()) {
                Optional.ofNullable(settings.arguments().get(variable.name()))
                        .or(() -> variable.value().map(text -> expansion(values).on(argument.source().line()).word(text)))
                        .ifPresent(value -> values.put(variable.name(), value));
            }
        }
        return values;
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
    private final class Builder implements Operations.Sources {

        private final Stage stage;
        private final Instruction.From from;
        private final Platform platform;
        private final SortedSet<Integer> uses = new TreeSet<>();
        private final Operations operations = new Operations(context, this, settings.network(), dialect);

        Builder(Stage stage) {
            this.stage = stage;
            this.from = stage.from().expand(expansion(globals));
            this.platform = from.platform()
                    .filter(text -> !text.isEmpty())
                    .map(Platform::of)
                    .orElse(settings.platform());
        }

        StagePlan build() {
            Base base = base();
            ImageState state = start(base);
            List<Instruction> instructions = new ArrayList<>();
            state.takeTriggers().forEach(trigger -> instructions.add(Instruction.parse(trigger)));
            instructions.addAll(stage.instructions());
            ImageState before = state.copy();
            List<PlannedInstruction> plans = new ArrayList<>();
            for (Instruction instruction : instructions) {
                plans.add(plan(instruction, state));
            }
            return new StagePlan(stage.index(), name(), base, platform, before, List.copyOf(plans), uses);
        }

        /** A name that a later stage has too means that one. */
        private String name() {
            return stage.name()
                    .filter(name -> file.stage(name, file.stages().size()).equals(Optional.of(stage)))
                    .orElse(String.valueOf(stage.index()));
        }

        private Base base() {
            Optional<Stage> other = file.stage(from.image(), stage.index());
            if (other.isPresent()) {
                return new Base.Stage(Planner.this.plan(other.get()));
            }
            if (from.image().equals("scratch")) {
                return new Base.Scratch();
            }
            return new Base.Image(images.apply(ImageName.of(from.image()), platform));
        }

        private ImageState start(Base base) {
            ObjectNode config =
                    switch (base) {
                        case Base.Scratch scratch -> scratch();
                        case Base.Image(RemoteImage image) -> image.bare();
                        case Base.Stage(StagePlan other) ->
                            other.stateAfter(other.instructions().size()).image();
                    };
            return new ImageState(
                    config, dialect, file.directives().escape(), settings.arguments(), globals);
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
            boolean layer = dialect.makesLayer(instruction, state);
            Optional<Operations.Known> known = Optional.empty();
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
                    dialect.createdBy(instruction, state),
                    dialect.hasEntry(instruction),
                    layer,
                    known.map(Operations.Known::operation),
                    known.flatMap(Operations.Known::files),
                    notCached,
                    state.copy());
        }

        /** A stage is needed also by a step that is not cached. */
        private void noteUse(Instruction instruction, ImageState state) {
            List<String> names = switch (instruction) {
                case Instruction.Copy copy -> copy.from().stream().toList();
                case Instruction.Run run -> run.mounts(state.expansion()).stream()
                        .flatMap(mount -> mount.from().stream())
                        .toList();
                default -> List.of();
            };
            names.forEach(name -> file.stage(name, stage.index()).ifPresent(other -> {
                Planner.this.plan(other);
                uses.add(other.index());
            }));
        }

        @Override
        public Content content(String source, List<String> paths) throws NotCachedException {
            Optional<Stage> other = file.stage(source, stage.index());
            if (other.isPresent()) {
                StagePlan taken = Planner.this.plan(other.get());
                // Where there is nothing to take there is no stack to name either.
                return taken.isEmpty()
                        ? new Content.Files(ContentList.of(List.of()).digest())
                        : new Content.OfStage(taken.name(), paths);
            }
            try {
                RemoteImage image = images.apply(ImageName.of(source), platform);
                ChainId chain = image.chainId().orElseThrow(() -> new NotCachedException(source + " has no layers"));
                return new Content.OfImage(chain, paths);
            } catch (AgentException | RegistryException e) {
                throw new NotCachedException(source + " is no image that can be looked at: " + e.getMessage());
            }
        }
    }
}
