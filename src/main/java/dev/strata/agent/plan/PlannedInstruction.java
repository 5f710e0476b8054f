package dev.strata.agent.plan;

import dev.strata.dockerfile.Instruction;
import dev.strata.step.Operation;
import dev.strata.step.StepFiles;
import java.util.Optional;

/**
 * An instruction of a stage, and what comes of it.
 *
 * @param instruction the instruction, expanded
 * @param createdBy what the history says of it
 * @param hasEntry whether the history has an entry for it
 * @param makesLayer whether it adds a layer
 * @param operation what the cache is asked for; empty where it makes no layer or must not be cached
 * @param files the lists of the files that it takes from the context
 * @param notCached why it must not be cached; empty where it may
 * @param after the image when it is through
 */
public record PlannedInstruction(
        Instruction instruction,
        String createdBy,
        boolean hasEntry,
        boolean makesLayer,
        Optional<Operation> operation,
        Optional<StepFiles> files,
        Optional<String> notCached,
        ImageState after) {

    /** The same with another image behind it. */
    PlannedInstruction ending(ImageState image) {
        return new PlannedInstruction(
                instruction, createdBy, hasEntry, makesLayer, operation, files, notCached, image);
    }

    /** The instruction as a person wrote it, on one line. */
    public String text() {
        return instruction.source().text();
    }
}
