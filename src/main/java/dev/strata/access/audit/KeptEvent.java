package dev.strata.access.audit;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.strata.access.AuditEvent;
import java.time.Instant;
import java.util.SortedMap;

/**
 * An event as it is logged, kept and listed.
 *
 * @param id by which a list goes on behind it; 0 where it is not kept yet
 * @param who as grants name them: {@code robot:ci}
 */
record KeptEvent(
        @JsonIgnore long id,
        Instant at,
        AuditEvent.What what,
        String who,
        String address,
        String subject,
        SortedMap<String, String> detail) {}
