package dev.strata.agent.build;

import dev.strata.agent.builders.Builder;
import dev.strata.agent.cache.CacheAwayException;
import dev.strata.agent.cache.CacheClient;
import dev.strata.agent.cache.Heartbeats;
import dev.strata.agent.cache.Resolution.Hit;
import dev.strata.agent.cache.Resolution.Miss;
import dev.strata.agent.cache.Resolution.StageResult;
import dev.strata.agent.cache.Resolution;
import dev.strata.agent.cache.StepWait;
import dev.strata.agent.connection.Http;
import dev.strata.agent.images.ImageLayer;
import dev.strata.agent.images.ImageName;
import dev.strata.agent.images.Images;
import dev.strata.agent.images.RemoteImage;
import dev.strata.agent.images.StackedImage;
import dev.strata.agent.plan.Base;
import dev.strata.agent.plan.BuildPlan;
import dev.strata.agent.plan.PlannedInstruction;
import dev.strata.agent.plan.StagePlan;
import dev.strata.oci.Digest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/** One build: of each stage, what the cache has is taken from there, and the builder makes the rest. */
public final class BuildRun {

    /** How often the lease of a step is asked for, each time after somebody else gave it back or lost it. */
    private static final int MOST_CLAIMS = 50;

    private final BuildPlan plan;
    private final CacheClient cache;
    private final StepWait patience;
    private final Heartbeats leases;
    private final Images images;
    private final Builder builder;
    private final StageBuild stageBuild;
    private final SideBySide stages;
    private final Progress progress;
    private final InstantSource clock;
    private final Options options;
    private final Map<Integer, StackedImage> built = new ConcurrentHashMap<>();
    /** How many hits of a stage the user was told of. */
    private final Map<Integer, Integer> told = new ConcurrentHashMap<>();
    private volatile Resolution resolution = Resolution.NOTHING;
    private int hits;
    private int run;
    private final Map<Digest, Long> spared = new HashMap<>();
    private Duration timeSpared = Duration.ZERO;

    /**
     * What the command line says.
     *
     * @param afresh which stages are not taken from the cache
     * @param labels of the image
     * @param madeAt when the image is to have been made, where that is said
     * @param isPushed whether the image is stored; otherwise only the cache gains from the build
     */
    public record Options(
            Predicate<StagePlan> afresh, Map<String, String> labels, Optional<Instant> madeAt, boolean isPushed) {}

    public BuildRun(
            BuildPlan plan,
            CacheClient cache,
            StepWait patience,
            Heartbeats leases,
            Images images,
            Builder builder,
            StageBuild stageBuild,
            SideBySide stages,
            Progress progress,
            InstantSource clock,
            Options options) {
        this.plan = plan;
        this.cache = cache;
        this.patience = patience;
        this.leases = leases;
        this.images = images;
        this.builder = builder;
        this.stageBuild = stageBuild;
        this.stages = stages;
        this.progress = progress;
        this.clock = clock;
        this.options = options;
    }

    /**
     * Builds, and stores the image under the target's name where it is to be stored.
     *
     * @throws CacheAwayException where the cache did not answer at the start
     */
    public Progress.Summary build() throws CacheAwayException {
        Instant start = clock.instant();
        take(cache.resolve(plan, afresh()));
        for (StagePlan stage : plan.stages()) {
            StageResult result = resolution.stage(stage.name());
            told.put(stage.index(), result.hits().size());
            for (int i = 0, step = 0; i < stage.instructions().size(); i++) {
                PlannedInstruction instruction = stage.instructions().get(i);
                boolean asked = instruction.makesLayer() && step < result.steps().size();
                progress.step(stage, instruction, asked ? Optional.of(result.steps().get(step++)) : Optional.empty());
            }
        }
        stages.forEach(plan.stages(), stage -> {
            built.put(stage.index(), complete(stage));
            if (stage != plan.target() && isWaitedFor(stage)) {
                resolveAgain();
            }
        });
        StackedImage complete = built.get(plan.target().index()).labelled(options.labels());
        StackedImage image = options.madeAt().map(complete::madeAt).orElse(complete);
        Optional<ImageName> stored = options.isPushed()
                ? Optional.of(images.put(image, builder.dialect().manifestType(), Optional.of(images.target().reference())))
                : Optional.empty();
        return new Progress.Summary(
                images.target().toString(),
                stored.map(name -> name.reference().toString()).orElse(""),
                hits,
                run,
                spared.values().stream().mapToLong(Long::longValue).sum(),
                timeSpared,
                Duration.between(start, clock.instant()));
    }

    private StackedImage complete(StagePlan stage) throws CacheAwayException {
        StackedImage base = base(stage);
        int claims = 0;
        while (true) {
            List<Hit> found = resolution.stage(stage.name()).hits();
            cache.requirePresent(found.stream()
                    .flatMap(hit -> hit.layer().stream())
                    .map(layer -> layer.blob().digest())
                    .toList());
            if (found.size() == stage.layers().size()) {
                tell(stage, found);
                count(stage, found, base);
                return onTop(base, stage, stage.instructions().size(), found);
            }
            Optional<Miss> unleased = missWithoutLease(stage, found.size());
            // A lease never blocks a build, and a server that does not know what it says neither.
            if (unleased.isPresent() && (unleased.get().held() ? claims < MOST_CLAIMS : claims == 0)) {
                claims = claim(stage, stage.steps().get(found.size()), unleased.get()) ? claims + 1 : MOST_CLAIMS;
                continue;
            }
            tell(stage, found);
            int done = stage.instructionsBefore(found.size());
            progress.building(stage, stage.layers().size() - found.size(), builder.name());
            Optional<StackedImage> prefix =
                    found.isEmpty() ? Optional.empty() : Optional.of(onTop(base, stage, done, found));
            StageBuild.Built image =
                    stages.build(() -> stageBuild.build(stage, prefix, base, built, found.size()));
            if (!image.stands()) {
                progress.note("another agent's layer came first, going on from that");
                resolveAgain();
                if (resolution.stage(stage.name()).hits().size() > found.size()) {
                    continue;
                }
            }
            count(stage, found, base);
            return image.image();
        }
    }

    /** Tells of the hits that were none at the start. */
    private void tell(StagePlan stage, List<Hit> found) {
        int before = told.getOrDefault(stage.index(), 0);
        for (int step = before; step < found.size(); step++) {
            progress.found(stage, stage.steps().get(step), found.get(step));
        }
        told.put(stage.index(), Math.max(before, found.size()));
    }

    /** The step that has to be run next, where this agent has no lease of it. */
    private Optional<Miss> missWithoutLease(StagePlan stage, int step) {
        List<Resolution.StepResult> steps = resolution.stage(stage.name()).steps();
        return step < steps.size()
                        && steps.get(step) instanceof Miss miss
                        && leases.lease(miss.key()).isEmpty()
                ? Optional.of(miss)
                : Optional.empty();
    }

    /**
     * Waits until another agent has run a step or has given it up, and asks for it again.
     *
     * @return whether the wait came to its end
     */
    private boolean claim(StagePlan stage, PlannedInstruction step, Miss miss) throws CacheAwayException {
        boolean isStillHeld = false;
        if (miss.held()) {
            progress.waiting(stage, step);
            isStillHeld = patience.await(miss);
        } else {
            images.makeRepository(); // of a repository that is not there no leases are given
        }
        resolve();
        return !isStillHeld;
    }

    /** Asks again; what differs was said at the start. One stage after the other, so that no answer replaces a later one. */
    private synchronized void resolve() throws CacheAwayException {
        take(cache.resolveWithoutFiles(plan, afresh()));
    }

    private List<String> afresh() {
        return plan.stages().stream()
                .filter(stage -> options.afresh().test(stage) && !built.containsKey(stage.index()))
                .map(StagePlan::name)
                .toList();
    }

    private void take(Resolution answer) {
        resolution = answer;
        resolution.stages().values().stream()
                .flatMap(stage -> stage.steps().stream())
                .forEach(step -> {
                    if (step instanceof Miss miss) {
                        miss.lease().ifPresent(lease -> leases.hold(miss.key(), lease));
                    }
                });
    }

    /** Whether the builder has just made what steps of later stages depend on. */
    private boolean isWaitedFor(StagePlan stage) {
        return resolution.stage(stage.name()).hits().size() < stage.layers().size();
    }

    /** Asks again where steps of later stages wait for this one; without an answer they are simply run. */
    private void resolveAgain() {
        try {
            resolve();
        } catch (CacheAwayException away) {
            progress.note("the cache is away: " + away.getMessage());
            forget();
        }
    }

    private synchronized void forget() {
        resolution = Resolution.NOTHING;
    }

    private StackedImage base(StagePlan stage) {
        return switch (stage.base()) {
            case Base.Scratch scratch -> new StackedImage(List.of(), List.of(), stage.start().image());
            case Base.Image(RemoteImage image) -> images.bring(image);
            case Base.Stage(StagePlan other) -> built.get(other.index());
        };
    }

    /** The image behind some instructions, all of whose layers are there. */
    private StackedImage onTop(StackedImage base, StagePlan stage, int instructions, List<Hit> found) {
        List<ImageLayer> layers = new ArrayList<>();
        List<ObjectNode> history = new ArrayList<>();
        Optional<Instant> created = found.stream().findFirst().map(this::createdAt);
        int next = 0;
        for (PlannedInstruction instruction : stage.instructions().subList(0, instructions)) {
            boolean adds = false;
            if (instruction.makesLayer()) {
                Hit hit = found.get(next++);
                hit.layer().ifPresent(layers::add);
                adds = hit.layer().isPresent();
                created = StackedImage.later(created, createdAt(hit));
            }
            if (instruction.hasEntry()) {
                history.add(entry(instruction, created, adds));
            }
        }
        return base.plus(layers, history, builder.stored(stage.stateAfter(instructions).image()));
    }

    private Instant createdAt(Hit hit) {
        return hit.created().orElseGet(() -> Instant.ofEpochSecond(clock.instant().minus(hit.age()).getEpochSecond()));
    }

    private ObjectNode entry(PlannedInstruction instruction, Optional<Instant> created, boolean adds) {
        ObjectNode entry = Http.JSON.createObjectNode();
        created.ifPresent(time -> entry.put("created", time.toString()));
        entry.put("created_by", instruction.createdBy());
        if (!builder.dialect().comment().isEmpty()) {
            entry.put("comment", builder.dialect().comment());
        }
        return adds ? entry : entry.put("empty_layer", true);
    }

    private synchronized void count(StagePlan stage, List<Hit> found, StackedImage base) {
        hits += found.size();
        run += stage.layers().size() - found.size();
        if (found.size() == stage.layers().size()) {
            base.layers().forEach(this::spare);
        }
        for (Hit hit : found) {
            hit.layer().ifPresent(this::spare);
            timeSpared = timeSpared.plus(hit.spared());
        }
    }

    /** Stages may share layers, which are spared once. */
    private void spare(ImageLayer layer) {
        spared.put(layer.blob().digest(), layer.blob().size());
    }
}
