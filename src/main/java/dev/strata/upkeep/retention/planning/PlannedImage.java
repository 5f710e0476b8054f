package dev.strata.upkeep.retention.planning;

import dev.strata.upkeep.retention.plans.Times;
import java.time.Instant;
import java.util.Optional;

/**
 * An image in a plan: what has a tag, or stands for itself without one.
 *
 * @param temporary whether it is there for a build alone
 * @param inUse whether somebody says that they run it, or a part of it
 * @param pushedOrder when it was pushed, as a number that is smaller for what was pushed later
 * @param pulledAt when it, or a part of it, was pulled last
 * @param untaggedAt when a tag left it
 */
record PlannedImage(
        long id,
        long repositoryId,
        long manifestId,
        boolean temporary,
        boolean inUse,
        long pushedOrder,
        long usedOrder,
        Optional<Instant> pulledAt,
        Optional<Instant> untaggedAt) {

    Instant pushedAt() {
        return Times.ofOrder(pushedOrder);
    }
}
