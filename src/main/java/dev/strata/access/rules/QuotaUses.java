package dev.strata.access.rules;

import java.time.Instant;
import java.util.Optional;

/** How much of the quotas is used. */
public interface QuotaUses {

    /**
     * What the repositories of a quota have.
     *
     * @param bytes what was counted last, and what was taken since
     * @param countedAt when the last count ended; absent where none did yet, and only what was taken since is known
     */
    record Use(long bytes, Optional<Instant> countedAt) {}

    /** What is used of a quota that is in force. */
    Use of(Quota quota);
}
