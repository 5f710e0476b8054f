package dev.strata.access;

import java.util.List;
import java.util.Set;

/**
 * What a caller may do with one repository.
 *
 * @param actions that are allowed
 * @param cacheScopes globs of the cache's scopes that may be written, where {@link Action#CACHE} is among the actions
 */
public record RepositoryRights(Set<Action> actions, List<String> cacheScopes) {

    public static final RepositoryRights NONE = new RepositoryRights(Set.of(), List.of());

    public RepositoryRights {
        actions = Set.copyOf(actions);
        cacheScopes = List.copyOf(cacheScopes);
    }

    public boolean allow(Action action) {
        return actions.contains(action) || actions.contains(Action.ADMIN);
    }
}
