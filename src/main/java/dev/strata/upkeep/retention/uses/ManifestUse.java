package dev.strata.upkeep.retention.uses;

import java.time.Instant;
import java.util.Optional;

/**
 * When a manifest of a repository was needed last.
 *
 * @param pulledAt an hour exact
 * @param pushedAt when it was pushed again
 * @param untaggedAt when a tag left it
 */
public record ManifestUse(Optional<Instant> pulledAt, Optional<Instant> pushedAt, Optional<Instant> untaggedAt) {}
