package dev.strata.access.policy;

import dev.strata.access.rights.Glob;
import dev.strata.access.rights.InvalidGrantException;
import java.util.List;

/**
 * Tags that always point at the same manifest, and stay.
 *
 * @param name by which the rule is spoken of
 * @param on in which repositories
 * @param tags which
 */
public record ImmutableTags(String name, List<Glob> on, List<Glob> tags) {

    /** @throws InvalidGrantException where it names none */
    public ImmutableTags {
        on = List.copyOf(on);
        tags = List.copyOf(tags);
        if (on.isEmpty() || tags.isEmpty()) {
            throw new InvalidGrantException("a rule of immutable tags says in which repositories which tags are so");
        }
    }

    public boolean isOn(String repository) {
        return on.stream().anyMatch(pattern -> pattern.matches(repository));
    }

    public boolean include(String repository, String tag) {
        return isOn(repository) && tags.stream().anyMatch(pattern -> pattern.matches(tag));
    }

    @Override
    public String toString() {
        return tags + " on " + on;
    }
}
