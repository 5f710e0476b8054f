package dev.strata.access.policy;

import dev.strata.access.rules.Quotas;
import dev.strata.database.entities.EntityTransaction;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;

/** The policy in the database, as people write it. */
@Component
@EntityTransaction
public class StoredPolicy {

    private static final int MOST = 10_000;
    private static final int LONGEST = 16_000;

    private final PolicyEntryRows rows;
    private final Clock clock;

    StoredPolicy(PolicyEntryRows rows, Clock clock) {
        this.rows = rows;
        this.clock = clock;
    }

    /** The entries of a kind in the order in which they came, from behind one. */
    @EntityTransaction(readOnly = true)
    public List<PolicyEntry> list(PolicyEntry.Kind kind, long after, int limit) {
        return rows.findByKindAndIdGreaterThanOrderById(kind.code(), after, Limit.of(limit)).stream()
                .map(PolicyEntryRow::entry)
                .toList();
    }

    /**
     * Takes an entry.
     *
     * @param definition as a policy file has it, in JSON
     * @throws RegistryException GRANT_INVALID where it is none, or there are 10,000
     */
    public PolicyEntry add(PolicyEntry.Kind kind, String definition, String by) {
        if (definition.length() > LONGEST) {
            throw invalid("it has more than " + LONGEST + " characters");
        }
        try {
            if (PolicyReader.read("this", PolicyEntry.document(kind, definition)).isEmpty()) {
                throw invalid("it says nothing");
            }
        } catch (PolicyException e) {
            throw invalid(String.join("; ", e.faults()).replace("line 1: ", ""));
        }
        if (rows.count() >= MOST) {
            throw invalid("there are " + MOST + " already");
        }
        if (kind == PolicyEntry.Kind.QUOTA && rows.countByKind(kind.code()) >= Quotas.MOST) {
            throw invalid("there are " + Quotas.MOST + " quotas already");
        }
        rows.countChange();
        return rows.save(new PolicyEntryRow(kind, definition, clock.instant().truncatedTo(ChronoUnit.MICROS), by))
                .entry();
    }

    /** @throws RegistryException GRANT_UNKNOWN */
    public PolicyEntry remove(PolicyEntry.Kind kind, long id) {
        PolicyEntryRow row = rows.findByIdAndKind(id, kind.code())
                .orElseThrow(() -> new RegistryException(
                        Problem.GRANT_UNKNOWN, "there is none of this number", Map.of("id", id)));
        rows.countChange();
        rows.delete(row);
        return row.entry();
    }

    private static RegistryException invalid(String what) {
        return new RegistryException(Problem.GRANT_INVALID, what, Map.of());
    }
}
