package dev.strata.access.audit.log;

import dev.strata.access.audit.AuditEvent;
import java.time.Instant;
import java.util.Optional;

/**
 * Which events are asked for.
 *
 * @param who as grants name them
 * @param until exclusive
 * @param before the number of the last event of the page before, exclusive
 */
record AuditFilter(
        Optional<AuditEvent.What> what,
        Optional<String> who,
        Optional<String> subject,
        Optional<Instant> since,
        Optional<Instant> until,
        long before) {}
