package dev.strata.access.audit.log;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.strata.access.audit.AuditEvent;
import dev.strata.database.columns.ColumnText;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

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
        SortedMap<String, String> detail) {

    private static final int WIDEST_WHO = 600;
    private static final int WIDEST_ADDRESS = 64;
    private static final int WIDEST_SUBJECT = 512;
    private static final int WIDEST_VALUE = 1_000;

    /** What is too long loses its end before it waits: clients wrote some of it, and very many wait at a time. */
    KeptEvent {
        who = ColumnText.of(who, WIDEST_WHO);
        address = ColumnText.of(address, WIDEST_ADDRESS);
        subject = ColumnText.of(subject, WIDEST_SUBJECT);
        SortedMap<String, String> cut = new TreeMap<>();
        detail.forEach((name, value) -> cut.put(name, ColumnText.of(value, WIDEST_VALUE)));
        detail = cut;
    }
}
