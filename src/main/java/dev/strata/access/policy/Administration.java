package dev.strata.access.policy;

import dev.strata.access.grants.Grants;
import dev.strata.access.PolicyProperties;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Service;

/** Grants and other rules as they are administered: seen wherever they are kept, and changed where that is the database. */
@Service
public class Administration {

    private final CurrentPolicy policy;
    private final PolicyProperties properties;
    private final PolicyDatabase database;
    private final ObjectProvider<StoredPolicy> stored;

    Administration(
            CurrentPolicy policy,
            PolicyProperties properties,
            PolicyDatabase database,
            ObjectProvider<StoredPolicy> stored) {
        this.policy = policy;
        this.properties = properties;
        this.database = database;
        this.stored = stored;
    }

    /** Whether the policy is in a file, where nothing else can change it. */
    public boolean isReadOnly() {
        return properties.policy() != null;
    }

    /** What is wrong with the file as it is now; empty where it is in force. */
    public List<String> faults() {
        return policy.faults();
    }

    /** The policy that is in force. */
    public Policy policy() {
        return policy.now();
    }

    /** @throws RegistryException UNSUPPORTED where the policy is in a file */
    public List<PolicyEntry> list(PolicyEntry.Kind kind, long after, int limit) {
        requireDatabase();
        return stored.getObject().list(kind, after, limit);
    }

    /**
     * Takes an entry. When this returns, it is in force here, and within a second in all other processes.
     *
     * @throws RegistryException GRANT_INVALID, UNSUPPORTED where the policy is in a file
     */
    public PolicyEntry add(PolicyEntry.Kind kind, String definition, String by) {
        requireDatabase();
        PolicyEntry added = stored.getObject().add(kind, definition, by);
        database.follow();
        return added;
    }

    /**
     * Takes an entry back. When this returns, it is so here, and within a second in all other processes.
     *
     * @throws RegistryException GRANT_UNKNOWN, UNSUPPORTED where the policy is in a file
     */
    public PolicyEntry remove(PolicyEntry.Kind kind, long id) {
        requireDatabase();
        PolicyEntry removed = stored.getObject().remove(kind, id);
        database.follow();
        return removed;
    }

    private void requireDatabase() {
        if (isReadOnly()) {
            throw new RegistryException(
                    Problem.UNSUPPORTED, "the policy is read-only here: it is in the file that strata.access.policy names",
                    Map.of());
        }
    }
}
