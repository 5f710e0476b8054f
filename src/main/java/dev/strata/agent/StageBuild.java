package dev.strata.agent;

import dev.strata.agent.Resolution.Layer;
import dev.strata.oci.ChainId;
import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.Platform;
import dev.strata.oci.Tag;
import dev.strata.step.Content;
import dev.strata.step.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Has the builder make the rest of a stage, and tells the cache what came of each step. */
final class StageBuild {

    private final Plan plan;
    private final Builder builder;
    private final Options options;
    private final Images images;
    private final CacheClient cache;
    private final Heartbeats leases;
    private final Progress progress;
    private final Supplier<Tag> temporaryTags;

    /**
     * What the command line says.
     *
     * @param ignoreFile the ignore file that belongs to the Dockerfile alone, where there is one
     * @param noCache whether a stage's steps are run afresh
     */
    record Options(
            Path context,
            Optional<Path> ignoreFile,
            Optional<Platform> platform,
            Map<String, String> arguments,
            Optional<String> network,
            Predicate<StagePlan> noCache,
            List<String> further) {}

    StageBuild(
            Plan plan,
            Builder builder,
            Options options,
            Images images,
            CacheClient cache,
            Heartbeats leases,
            Progress progress,
            Supplier<Tag> temporaryTags) {
        this.plan = plan;
        this.builder = builder;
        this.options = options;
        this.images = images;
        this.cache = cache;
        this.leases = leases;
        this.progress = progress;
        this.temporaryTags = temporaryTags;
    }

    /**
     * Builds the rest of a stage.
     *
     * @param prefix the image of the steps that are there; empty where there are none
     * @param base what the stage starts from
     * @param stages the stages that are built already
     * @param found how many steps are there
     * @return the whole stage; empty where another agent's result of a step came first
     */
    Optional<StackedImage> build(
            StagePlan stage,
            Optional<StackedImage> prefix,
            StackedImage base,
            Map<Integer, StackedImage> stages,
            int found) {
        int done = prefix.isPresent() ? stage.instructionsBefore(found) : 0;
        Map<Integer, String> others = new HashMap<>();
        stage.uses().forEach(index -> others.put(index, put(stages.get(index)).toString()));
        String from = prefix.map(image -> put(image).toString()).orElseGet(() -> from(stage, stages));
        Rest rest = Rest.of(plan, stage, done, from, others, new Rest.Settings(
                builder.dialect(), plan.dockerfile().directives().escape(), options.arguments()));
        ImageName temporary = images.target().with(temporaryTags.get());
        Map<Integer, Duration> times = run(rest, temporary, options.noCache().test(stage));
        RemoteImage result = images.repository()
                .image(temporary.reference(), stage.platform())
                .orElseThrow(() -> new AgentException(
                        AgentException.Outcome.REGISTRY, builder.name() + " pushed no image " + temporary));
        images.repository().removeTag(temporary.reference());
        ObjectNode planned = builder.stored(
                stage.stateAfter(stage.instructions().size()).image());
        Made made = Made.of(rest, result, prefix.orElse(base), planned);
        boolean stands = made.layers().isEmpty() || commit(stage, prefix.orElse(base), stages, found, made, times);
        return stands ? Optional.of(made.image()) : Optional.empty();
    }

    private ImageName put(StackedImage image) {
        return images.put(image.withoutTriggers(), builder.dialect(), Optional.empty());
    }

    private String from(StagePlan stage, Map<Integer, StackedImage> stages) {
        return switch (stage.base()) {
            case Base.Scratch scratch -> "scratch";
            case Base.Image(RemoteImage image) -> put(images.bring(image)).toString();
            case Base.Stage(StagePlan other) -> put(stages.get(other.index())).toString();
        };
    }

    private Map<Integer, Duration> run(Rest rest, ImageName image, boolean noCache) {
        try {
            Path directory = Files.createTempDirectory("strata-build-");
            try {
                Path dockerfile = Files.writeString(directory.resolve("Dockerfile"), rest.text());
                if (options.ignoreFile().isPresent()) {
                    Files.copy(options.ignoreFile().get(), directory.resolve("Dockerfile.dockerignore"));
                }
                return builder.build(
                        new Builder.Job(
                                dockerfile,
                                options.context(),
                                image,
                                true,
                                images.plainHttp(),
                                options.platform(),
                                options.arguments(),
                                options.network(),
                                noCache,
                                rest.layerInstructions(),
                                options.further()),
                        progress::output);
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

    /**
     * Tells the cache. The last step comes first, so that who waits for the first one finds all of them.
     *
     * @return whether the result stands
     */
    private boolean commit(
            StagePlan stage,
            StackedImage below,
            Map<Integer, StackedImage> stages,
            int found,
            Made made,
            Map<Integer, Duration> times) {
        List<Step> steps = new ArrayList<>();
        Optional<ChainId> parent = below.chainId();
        List<PlannedInstruction> run = stage.steps().subList(found, stage.steps().size());
        for (PlannedInstruction step : run) {
            steps.add(new Step(stage.platform(), parent, step.operation().orElseThrow().mapContents(content -> known(content, stages))));
            Optional<Layer> layer = made.layers().get(steps.size() - 1);
            if (layer.isPresent()) {
                parent = Optional.of(ChainId.above(parent, layer.get().diffId()));
            }
        }
        boolean replace = options.noCache().test(stage);
        for (int i = steps.size() - 1; i >= 0; i--) {
            String key = steps.get(i).key().toString();
            try {
                Duration ran = times.getOrDefault(i, Duration.ZERO);
                boolean stands = cache.commit(
                        steps.get(i),
                        run.get(i).files(),
                        made.layers().get(i),
                        ran,
                        builder.name(),
                        leases.lease(key),
                        replace);
                if (!stands) {
                    return false;
                }
                leases.done(key);
            } catch (CacheAwayException away) {
                progress.note("what was run is not stored in the cache: " + away.getMessage());
                return true;
            }
        }
        return true;
    }

    /** Stages are named by where they ended, as soon as that is known. */
    private Content known(Content content, Map<Integer, StackedImage> stages) {
        if (content instanceof Content.OfStage(String name, List<String> paths)) {
            StagePlan other = plan.stages().stream()
                    .filter(stage -> stage.name().equals(name))
                    .findFirst()
                    .orElseThrow();
            ChainId end = stages.get(other.index()).chainId().orElseThrow();
            return new Content.OfStage(end.toString(), paths);
        }
        return content;
    }

    /**
     * What the builder made.
     *
     * @param layers what came of each step of the rest; none where that cannot be told
     * @param image the whole stage
     */
    record Made(List<Optional<Layer>> layers, StackedImage image) {

        static Made of(Rest rest, RemoteImage result, StackedImage below, ObjectNode planned) {
            List<PlannedInstruction> entered =
                    rest.instructions().stream().filter(PlannedInstruction::hasEntry).toList();
            List<ObjectNode> history = result.history();
            List<ObjectNode> tail = history.subList(Math.max(0, history.size() - entered.size()), history.size());
            List<Layer> added = added(result, below.layers().size());
            List<Optional<Layer>> layers = new ArrayList<>();
            int next = 0;
            boolean understood = tail.size() == entered.size();
            for (int i = 0; understood && i < entered.size(); i++) {
                boolean adds = !tail.get(i).path("empty_layer").asBoolean(false);
                understood = (!adds || entered.get(i).makesLayer() && next < added.size());
                if (understood && entered.get(i).makesLayer()) {
                    layers.add(adds ? Optional.of(added.get(next++)) : Optional.empty());
                }
            }
            StackedImage image = below.plus(added, tail, image(result, planned));
            return understood && next == added.size()
                    ? new Made(layers, image)
                    : new Made(List.of(), new StackedImage(image.layers(), history, image.image()));
        }

        private static List<Layer> added(RemoteImage result, int below) {
            List<Layer> layers = new ArrayList<>();
            List<Descriptor> blobs = result.layers();
            List<Digest> diffIds = result.diffIds();
            for (int i = below; i < Math.min(blobs.size(), diffIds.size()); i++) {
                layers.add(new Layer(blobs.get(i), diffIds.get(i)));
            }
            return layers;
        }

        /** What the builder could not know of, because it began in the middle. */
        private static ObjectNode image(RemoteImage result, ObjectNode plannedImage) {
            ObjectNode image = result.bare();
            JsonNode planned = plannedImage.path("config");
            if (image.get("config") instanceof ObjectNode config) {
                for (String field : List.of("Cmd", "OnBuild", "ArgsEscaped")) {
                    if (planned.has(field)) {
                        config.set(field, planned.get(field));
                    } else {
                        config.remove(field);
                    }
                }
            }
            return image;
        }
    }
}
