package dev.strata.access;

import java.util.Map;

/**
 * What a token that Strata issued carries.
 *
 * @param repositories by name, and what may be done with each
 * @param isAdmin whether everything is allowed
 */
public record TokenRights(Map<String, RepositoryRights> repositories, boolean isAdmin) {

    public TokenRights {
        repositories = Map.copyOf(repositories);
    }
}
