package dev.strata.access.policy;

import dev.strata.access.grants.Grant;
import dev.strata.access.grants.Grants;
import dev.strata.access.rules.Quota;
import java.util.List;

/**
 * All that was decided about access, at one time.
 *
 * @param immutable which tags may not be moved or deleted
 * @param quotas how much repositories may have
 */
public record Policy(Grants grants, List<ImmutableTags> immutable, List<Quota> quotas) {

    /** Nothing is granted. */
    public static final Policy NONE = new Policy(Grants.NONE, List.of(), List.of());

    public Policy {
        immutable = List.copyOf(immutable);
        quotas = List.copyOf(quotas);
    }

    boolean isEmpty() {
        return grants.all().isEmpty() && immutable.isEmpty() && quotas.isEmpty();
    }

    /** The same, spoken of by a name. */
    Policy named(String name) {
        return new Policy(
                new Grants(grants.all().stream()
                        .map(grant -> new Grant(name, grant.who(), grant.on(), grant.may(), grant.cache()))
                        .toList()),
                immutable.stream().map(rule -> new ImmutableTags(name, rule.on(), rule.tags())).toList(),
                quotas.stream().map(rule -> new Quota(name, rule.on(), rule.bytes())).toList());
    }
}
