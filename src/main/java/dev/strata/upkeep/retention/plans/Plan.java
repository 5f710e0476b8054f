package dev.strata.upkeep.retention.plans;

import dev.strata.registry.DeletionId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What would be removed, or was.
 *
 * @param madeBy as a grant would name them; empty on a registry without logins, and where it was made by itself
 * @param until when it can no longer be run
 * @param rulesKey stands for all rules as they were
 * @param ruleKeys of the rules that may remove something
 * @param byItself whether it runs as soon as it is ready
 * @param progress how far it came with what it does now
 * @param run what became of it; empty where it was not run
 */
public record Plan(
        long id,
        Instant madeAt,
        String madeBy,
        Instant until,
        Wish wish,
        String rulesKey,
        List<String> ruleKeys,
        boolean byItself,
        PlanState state,
        String progress,
        Totals totals,
        Optional<Run> run) {

    /**
     * What it comes to.
     *
     * @param images how many were looked at
     * @param removals how many of them go
     * @param stopped how many would go, if that were not too much of their repository
     * @param bytes that go: blobs and manifests
     * @param blobBytes those of them that are on the disk as blobs
     */
    public record Totals(long images, long removals, long stopped, long bytes, long blobBytes) {}

    /**
     * Its run.
     *
     * @param deletion of which those of all images are made
     * @param by as a grant would name them; empty on a registry without logins, and where it runs by itself
     * @param removed how many images went
     * @param stayed how many did not, since something had changed
     * @param bytes that went with those that went, as the plan has it
     * @param restored how many images were taken back
     * @param notRestored how many could not be
     */
    public record Run(
            DeletionId deletion,
            Instant at,
            String by,
            Optional<Instant> endedAt,
            long removed,
            long stayed,
            long bytes,
            long restored,
            long notRestored) {

        /** Each image is a deletion of its own, so that one tag is taken back without all others. */
        public DeletionId deletionOf(long imageId) {
            return new DeletionId(UUID.nameUUIDFromBytes((deletion + " " + imageId).getBytes(StandardCharsets.UTF_8)));
        }
    }
}
