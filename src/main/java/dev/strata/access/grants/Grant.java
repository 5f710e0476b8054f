package dev.strata.access.grants;

import dev.strata.access.rights.Action;
import dev.strata.access.callers.Caller;
import dev.strata.access.rights.Glob;
import dev.strata.access.rights.InvalidGrantException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who may do what, and where.
 *
 * @param name by which it is spoken of: its place in the file, or its number in the database
 * @param who to whom it is given
 * @param on which repositories
 * @param may what they may do there; {@link Action#ADMIN} is for the whole registry only
 * @param cache the cache's scopes that may be written, where {@link Action#CACHE} is given, and none else
 */
public record Grant(String name, Subject who, List<Glob> on, Set<Action> may, List<ScopeTemplate> cache) {

    /** All repositories. */
    public static final Glob EVERYWHERE = Glob.of("**");

    /** @throws InvalidGrantException where it gives nothing, or what it gives does not fit together */
    public Grant {
        on = List.copyOf(on);
        may = Set.copyOf(may);
        cache = List.copyOf(cache);
        if (on.isEmpty() || may.isEmpty()) {
            throw new InvalidGrantException("a grant says on which repositories somebody may do what");
        }
        if (may.contains(Action.ADMIN) && !on.equals(List.of(EVERYWHERE))) {
            throw new InvalidGrantException("admin is for the whole registry: it is granted on **");
        }
        if (may.contains(Action.CACHE) == cache.isEmpty()) {
            throw new InvalidGrantException("cache is granted with the scopes that may be written, and they only with it");
        }
        Set<String> names = cache.stream().flatMap(scope -> scope.names().stream()).collect(Collectors.toSet());
        if (!names.isEmpty() && !(who instanceof Subject.Issuer)) {
            throw new InvalidGrantException("a scope has claims in it only where the grant is to an issuer");
        }
    }

    boolean isOn(String repository) {
        return on.stream().anyMatch(pattern -> pattern.matches(repository));
    }

    /**
     * What it gives to a caller: globs of the scopes that may be written, none where it is about something else. Empty
     * where it is for someone else, and where a claim that a scope needs is missing or odd: then all of it is void.
     */
    Optional<List<String>> scopesFor(Caller caller) {
        Optional<Map<String, String>> values = who.match(caller);
        if (values.isEmpty()) {
            return Optional.empty();
        }
        List<String> scopes = new ArrayList<>();
        for (ScopeTemplate template : cache) {
            Optional<String> scope = template.of(values.get());
            if (scope.isEmpty()) {
                return Optional.empty();
            }
            scopes.add(scope.get());
        }
        return Optional.of(scopes);
    }

    @Override
    public String toString() {
        return who + " may " + EnumSet.copyOf(may) + (cache.isEmpty() ? "" : " " + cache) + " on " + on;
    }
}
