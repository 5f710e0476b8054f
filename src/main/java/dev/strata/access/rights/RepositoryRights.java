package dev.strata.access.rights;

import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a caller may do with one repository.
 *
 * @param actions that are allowed
 * @param cacheScopes globs of the cache's scopes that may be written, where {@link Action#CACHE} is among the actions
 */
public record RepositoryRights(Set<Action> actions, List<String> cacheScopes) {

    public static final RepositoryRights NONE = new RepositoryRights(Set.of(), List.of());

    /** Everything, as on a registry without logins. */
    public static final RepositoryRights ALL = new RepositoryRights(EnumSet.allOf(Action.class), List.of("**"));

    public RepositoryRights {
        actions = Set.copyOf(actions);
        cacheScopes = List.copyOf(cacheScopes);
    }

    public boolean allow(Action action) {
        return actions.contains(action) || actions.contains(Action.ADMIN);
    }

    /** Whether entries of this scope of the cache may be written. */
    public boolean allowWriting(String scope) {
        return actions.contains(Action.ADMIN)
                || actions.contains(Action.CACHE) && cacheScopes.stream().anyMatch(glob -> Glob.of(glob).matches(scope));
    }

    /** Whether entries of some scope of the cache may be written. */
    public boolean allowWritingSome() {
        return actions.contains(Action.ADMIN) || actions.contains(Action.CACHE) && !cacheScopes.isEmpty();
    }

    /** These and others. */
    public RepositoryRights and(RepositoryRights others) {
        return new RepositoryRights(joined(actions, others.actions), List.copyOf(joined(cacheScopes, others.cacheScopes)));
    }

    private static <T> Set<T> joined(Collection<T> some, Collection<T> others) {
        Set<T> all = new LinkedHashSet<>(some);
        all.addAll(others);
        return all;
    }

    /**
     * What these allow and others do too. Of two globs of scopes the narrower one counts; where none is, as with
     * {@code a*} and {@code *b}, neither does.
     */
    public RepositoryRights within(RepositoryRights others) {
        Set<Action> common = Stream.of(Action.values())
                .filter(action -> allow(action) && others.allow(action))
                .collect(Collectors.toSet());
        return new RepositoryRights(
                common,
                Stream.concat(
                                writable().stream().filter(glob -> covers(others.writable(), glob)),
                                others.writable().stream().filter(glob -> covers(writable(), glob)))
                        .distinct()
                        .toList());
    }

    private List<String> writable() {
        return actions.contains(Action.ADMIN) ? ALL.cacheScopes : cacheScopes;
    }

    private static boolean covers(List<String> globs, String narrower) {
        return globs.stream().anyMatch(glob -> Glob.of(glob).covers(Glob.of(narrower)));
    }

    /** Whether entries of every scope of the cache may be written. */
    public boolean allowWritingAll() {
        return actions.contains(Action.ADMIN) || actions.contains(Action.CACHE) && cacheScopes.contains("**");
    }
}
