package dev.strata.access.grants;

import java.util.List;

/**
 * All that was decided about access, at one time.
 *
 * @param immutable which tags may not be moved or deleted
 */
public record Policy(Grants grants, List<ImmutableTags> immutable) {

    /** Nothing is granted. */
    public static final Policy NONE = new Policy(Grants.NONE, List.of());

    public Policy {
        immutable = List.copyOf(immutable);
    }

    boolean isEmpty() {
        return grants.all().isEmpty() && immutable.isEmpty();
    }

    /** The same, spoken of by a name. */
    Policy named(String name) {
        return new Policy(
                new Grants(grants.all().stream()
                        .map(grant -> new Grant(name, grant.who(), grant.on(), grant.may(), grant.cache()))
                        .toList()),
                immutable.stream().map(rule -> new ImmutableTags(name, rule.on(), rule.tags())).toList());
    }
}
