package dev.strata.upkeep.history;

import dev.strata.registry.DeletionId;
import java.time.Instant;

/**
 * How something ended that can be taken back.
 *
 * @param deletion what it belongs to
 * @param by who did it, as a grant would name them; empty where that is not known
 * @param goesAt until when it can be taken back
 */
public record Ending(DeletionId deletion, Instant at, String by, Instant goesAt) {}
