package dev.strata.cache.lookup;

import dev.strata.cache.entries.Entry;
import dev.strata.cache.entries.MissReason;
import dev.strata.cache.layerfiles.ReadLimit;
import dev.strata.cache.layerfiles.StageContents;
import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.oci.Platform;
import dev.strata.step.Content;
import dev.strata.step.Operation;
import dev.strata.step.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Service;

/** Walks whole Dockerfiles: the key of a step follows from the layer that the step before it gave. */
@Service
public class Resolver {

    private final StepLookup lookup;
    private final BaseImages images;
    private final StageContents contents;

    Resolver(StepLookup lookup, BaseImages images, StageContents contents) {
        this.lookup = lookup;
        this.images = images;
        this.contents = contents;
    }

    /**
     * A stack that is known.
     *
     * @param layers the diff IDs of its layers, the lowest first
     */
    private record Stack(Optional<ChainId> chain, List<Digest> layers) {

        static Stack of(List<Digest> layers) {
            return new Stack(ChainId.ofLayers(layers), layers);
        }

        Stack with(Entry entry) {
            List<Digest> more = new ArrayList<>(layers);
            entry.diffId().ifPresent(more::add);
            return new Stack(entry.chainId(), more);
        }
    }

    /** Says of each step whether its layer is here; counts that, and gives leases where they are asked for. */
    public List<StageAnswer> resolve(ResolveRequest request) {
        return walk(request, true);
    }

    /** Says the same without counting it, as of someone who wants to know why. */
    public List<StageAnswer> explain(ResolveRequest request) {
        return walk(request, false);
    }

    private List<StageAnswer> walk(ResolveRequest request, boolean counts) {
        try (ReadLimit limit = contents.limit()) {
            return walk(new StepLookup.Context(request, counts, limit));
        }
    }

    private List<StageAnswer> walk(StepLookup.Context context) {
        ResolveRequest request = context.request();
        Map<String, Stack> ends = new HashMap<>();
        List<StageAnswer> answers = new ArrayList<>();
        for (ResolveRequest.Stage stage : request.stages()) {
            Optional<Stack> start = start(request, stage, ends);
            StageAnswer answer =
                    start.isPresent() ? stage(context, stage, start.get(), ends) : withoutBase(stage, request.fresh().includes(stage.name()));
            answers.add(answer);
            if (start.isPresent() && answer.hitUpto() == stage.steps().size()) {
                Stack end = start.get();
                for (Entry entry : answer.hits()) {
                    end = end.with(entry);
                }
                ends.put(stage.name(), end);
            }
        }
        return answers;
    }

    private StageAnswer stage(
            StepLookup.Context context, ResolveRequest.Stage stage, Stack start, Map<String, Stack> ends) {
        List<StageAnswer.Step> steps = new ArrayList<>();
        boolean fresh = context.request().fresh().includes(stage.name());
        Optional<ChainId> chain = start.chain();
        boolean goesOn = true;
        for (ResolveRequest.StepRequest asked : stage.steps()) {
            StageAnswer.Step answer = goesOn || fresh
                    ? step(context, new Place(stage.platform(), chain, steps.isEmpty(), fresh, goesOn), asked, ends)
                    : new StageAnswer.Step.Blocked();
            steps.add(answer);
            if (answer instanceof StageAnswer.Step.Hit(Entry entry, var origin)) {
                chain = entry.chainId();
            } else {
                goesOn = false;
            }
        }
        return new StageAnswer(stage.name(), chain, steps);
    }

    /**
     * Where a step stands.
     *
     * @param isKnown whether the stack below it is known
     */
    private record Place(
            Platform platform, Optional<ChainId> chain, boolean isFirst, boolean isFresh, boolean isKnown) {}

    private StageAnswer.Step step(
            StepLookup.Context context, Place place, ResolveRequest.StepRequest asked, Map<String, Stack> ends) {
        if (place.isFresh() && !place.isKnown()) {
            return new StageAnswer.Step.Bypass(Optional.empty());
        }
        Optional<Operation> operation = withChains(asked.operation(), ends);
        if (operation.isEmpty()) {
            return place.isFresh() ? new StageAnswer.Step.Bypass(Optional.empty()) : new StageAnswer.Step.Blocked();
        }
        Step step = new Step(place.platform(), place.chain(), operation.get());
        if (place.isFresh()) {
            lookup.bypass(context, step);
            return new StageAnswer.Step.Bypass(Optional.of(step.key()));
        }
        return lookup.look(context, new StepLookup.Asked(step, place.isFirst(), asked, copiedFrom(asked, ends)));
    }

    /** The layers of the stage that a COPY takes from; none where they are not known. */
    private static List<Digest> copiedFrom(ResolveRequest.StepRequest asked, Map<String, Stack> ends) {
        return asked.operation() instanceof Operation.Copy copy
                        && copy.content() instanceof Content.OfStage(String stage, var paths)
                        && ends.containsKey(stage)
                ? ends.get(stage).layers()
                : List.of();
    }

    /** The operation with chain IDs in the place of stages' names; empty where a stage has to be run first. */
    private static Optional<Operation> withChains(Operation operation, Map<String, Stack> ends) {
        boolean allKnown = operation.contents().allMatch(content -> !(content
                        instanceof Content.OfStage(String stage, List<String> paths))
                || stage.startsWith("sha256:")
                || ends.containsKey(stage) && ends.get(stage).chain().isPresent());
        if (!allKnown) {
            return Optional.empty();
        }
        return Optional.of(operation.mapContents(content -> content
                                instanceof Content.OfStage(String stage, List<String> paths)
                        && ends.containsKey(stage)
                ? new Content.OfStage(ends.get(stage).chain().orElseThrow().toString(), paths)
                : content));
    }

    private Optional<Stack> start(ResolveRequest request, ResolveRequest.Stage stage, Map<String, Stack> ends) {
        return switch (stage.base()) {
            case ResolveRequest.Base.Scratch() -> Optional.of(Stack.of(List.of()));
            case ResolveRequest.Base.DiffIds(var diffIds) -> Optional.of(Stack.of(diffIds));
            case ResolveRequest.Base.OfStage(String name) -> Optional.ofNullable(ends.get(name));
            case ResolveRequest.Base.Reference(String name) ->
                images.find(request.repository(), name, stage.platform(), request.readable())
                        .map(image -> Stack.of(image.config().diffIds()));
        };
    }

    /** Nothing can be said of what stands on an image that is not here, or on a stage that has to be run first. */
    private static StageAnswer withoutBase(ResolveRequest.Stage stage, boolean fresh) {
        List<StageAnswer.Step> steps = new ArrayList<>();
        stage.steps().forEach(step -> steps.add(
                fresh ? new StageAnswer.Step.Bypass(Optional.empty()) : new StageAnswer.Step.Blocked()));
        if (!fresh && !steps.isEmpty() && stage.base() instanceof ResolveRequest.Base.Reference(String name)) {
            ExplainedMiss why =
                    new ExplainedMiss(MissReason.INCOMPLETE, Map.of("base", List.of(name)), Optional.empty());
            steps.set(0, new StageAnswer.Step.Miss(Optional.empty(), why, Optional.empty(), Optional.empty()));
        }
        return new StageAnswer(stage.name(), Optional.empty(), steps);
    }
}
