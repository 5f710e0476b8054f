package dev.strata.access.rules;

import dev.strata.access.rights.Glob;
import dev.strata.access.rights.InvalidGrantException;
import java.util.List;

/**
 * How much some repositories may have together.
 *
 * @param name by which the rule is spoken of
 * @param on which repositories
 * @param bytes of which each blob counts once, in however many of them it is
 */
public record Quota(String name, List<Glob> on, long bytes) {

    /** @throws InvalidGrantException where it names no repositories, or less than nothing */
    public Quota {
        on = List.copyOf(on);
        if (on.isEmpty() || bytes < 0) {
            throw new InvalidGrantException("a quota says which repositories may have how much");
        }
    }

    /** Whether a repository is one of them. */
    public boolean includes(String repository) {
        return on.stream().anyMatch(pattern -> pattern.matches(repository));
    }

    @Override
    public String toString() {
        return bytes + " bytes on " + on;
    }
}
