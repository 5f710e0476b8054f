package dev.strata.agent.plan;

import dev.strata.oci.Platform;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;

/**
 * A stage that the build needs.
 *
 * @param index its place in the file, counted from 0
 * @param name its name, or where it has none its index
 * @param base what it starts from
 * @param platform what it is built for
 * @param isPlatformWritten whether its FROM says so
 * @param start the image before its first instruction
 * @param instructions its instructions, with the triggers of the base before them
 * @param uses the indices of the stages that it copies or mounts from
 */
public record StagePlan(
        int index,
        String name,
        Base base,
        Platform platform,
        boolean isPlatformWritten,
        ImageState start,
        List<PlannedInstruction> instructions,
        SortedSet<Integer> uses) {

    /** The same with an image in the end that is for this platform, as BuildKit marks what it was asked for. */
    StagePlan endingOn(Platform wanted) {
        if (instructions.isEmpty()) {
            return new StagePlan(
                    index, name, base, platform, isPlatformWritten, start.markedFor(wanted), instructions, uses);
        }
        List<PlannedInstruction> changed = new ArrayList<>(instructions);
        PlannedInstruction last = changed.removeLast();
        changed.add(last.ending(last.after().markedFor(wanted)));
        return new StagePlan(index, name, base, platform, isPlatformWritten, start, List.copyOf(changed), uses);
    }

    /** The indices of the stages that have to be there before it: it starts, copies or mounts from them. */
    public Set<Integer> needs() {
        Set<Integer> needs = new HashSet<>(uses);
        if (base instanceof Base.Stage(StagePlan other)) {
            needs.add(other.index());
        }
        return needs;
    }

    /** Whether no file is in it. */
    boolean isEmpty() {
        boolean onNothing =
                switch (base) {
                    case Base.Scratch scratch -> true;
                    case Base.Image image -> image.diffIds().isEmpty();
                    case Base.Stage(StagePlan other) -> other.isEmpty();
                };
        return onNothing && layers().isEmpty();
    }

    /** The instructions that make layers. */
    public List<PlannedInstruction> layers() {
        return instructions.stream().filter(PlannedInstruction::makesLayer).toList();
    }

    /** The steps that the cache is asked for: all up to the first that must not be cached. */
    public List<PlannedInstruction> steps() {
        return layers().stream().takeWhile(step -> step.operation().isPresent()).toList();
    }

    /** The image behind a number of instructions. */
    public ImageState stateAfter(int count) {
        return count == 0 ? start : instructions.get(count - 1).after();
    }

    /** How many instructions stand before the layer of this number, counted from 0; all of them where there is none. */
    public int instructionsBefore(int layer) {
        int seen = 0;
        for (int i = 0; i < instructions.size(); i++) {
            if (instructions.get(i).makesLayer() && seen++ == layer) {
                return i;
            }
        }
        return instructions.size();
    }
}
