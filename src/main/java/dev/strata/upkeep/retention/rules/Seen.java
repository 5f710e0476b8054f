package dev.strata.upkeep.retention.rules;

import java.time.Instant;

/** That somebody saw what a rule would remove, as it is written now. */
public record Seen(Instant at, String by) {}
