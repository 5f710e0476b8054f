package dev.strata.upkeep.retention.rules;

import java.time.Instant;

/**
 * A rule as it is kept in the database.
 *
 * @param definition as a file has it, in JSON and without its name
 * @param changedBy as a grant would name them; empty on a registry without logins
 */
public record StoredRule(String name, String definition, Instant changedAt, String changedBy) {}
