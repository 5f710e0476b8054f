package dev.strata.database.work;

import java.time.Instant;

/**
 * An item that failed too often and waits for {@link WorkQueue#retry} or another version of Strata.
 *
 * @param attempts how often it failed
 */
public record SetAside(String work, String subject, String reason, int attempts, Instant since) {}
