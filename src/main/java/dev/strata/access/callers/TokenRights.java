package dev.strata.access.callers;

import dev.strata.access.rights.RepositoryRights;
import java.util.Map;

/**
 * What a token that Strata issued carries.
 *
 * @param repositories by name, and what may be done with each
 * @param isAdmin whether everything is allowed
 * @param listsAll whether its holder may list all repositories that the grants let them read, not only those that it names
 */
public record TokenRights(Map<String, RepositoryRights> repositories, boolean isAdmin, boolean listsAll) {

    public TokenRights {
        repositories = Map.copyOf(repositories);
    }

    public TokenRights(Map<String, RepositoryRights> repositories, boolean isAdmin) {
        this(repositories, isAdmin, isAdmin);
    }
}
