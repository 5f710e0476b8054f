package dev.strata.access.grants;

import dev.strata.access.rights.Action;
import dev.strata.access.callers.Caller;
import dev.strata.access.rights.Glob;
import dev.strata.access.rights.ReadableRepositories;
import dev.strata.access.rights.RepositoryRights;
import dev.strata.access.callers.RobotTerms;
import dev.strata.oci.RepositoryName;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * All grants, as they were at one time. Rights add up, and there is no deny.
 *
 * <p>Those to one account, robot or certificate are found by its name; all others are looked at one after the other.
 */
public final class Grants {

    public static final Grants NONE = new Grants(List.of());

    private final List<Grant> all;
    private final Map<Key, List<Grant>> byName = new HashMap<>();
    private final List<Grant> others = new ArrayList<>();

    private record Key(Caller.Kind kind, String name) {}

    public Grants(List<Grant> all) {
        this.all = List.copyOf(all);
        for (Grant grant : all) {
            if (grant.who() instanceof Subject.Named(var kind, var name) && name.isExact()) {
                byName.computeIfAbsent(new Key(kind, name.toString()), key -> new ArrayList<>()).add(grant);
            } else {
                others.add(grant);
            }
        }
    }

    public List<Grant> all() {
        return all;
    }

    /** A grant that holds for a caller, and the scopes that it lets them write. */
    private record Held(Grant grant, List<String> scopes) {}

    private Stream<Held> heldBy(Caller caller) {
        List<Grant> own = byName.getOrDefault(new Key(caller.kind(), caller.name()), List.of());
        return Stream.concat(own.stream(), others.stream())
                .flatMap(grant -> grant.scopesFor(caller).map(scopes -> new Held(grant, scopes)).stream());
    }

    /** The rights of a caller on a repository, whatever a token of theirs carries. */
    public RepositoryRights of(Caller caller, RepositoryName repository) {
        if (caller.isAdministrator()) {
            return RepositoryRights.ALL;
        }
        if (caller.terms().isEmpty()) {
            return granted(caller, repository);
        }
        RobotTerms terms = caller.terms().get();
        RepositoryRights maker = of(terms.maker(), repository);
        return granted(caller, repository).and(byTerms(terms, repository)).within(maker);
    }

    private static RepositoryRights byTerms(RobotTerms terms, RepositoryName repository) {
        boolean isOn = terms.repositories().stream().anyMatch(glob -> Glob.of(glob).matches(repository.value()));
        return isOn ? new RepositoryRights(terms.actions(), terms.cacheScopes()) : RepositoryRights.NONE;
    }

    private RepositoryRights granted(Caller caller, RepositoryName repository) {
        Set<Action> actions = EnumSet.noneOf(Action.class);
        Set<String> scopes = new LinkedHashSet<>();
        String name = repository.value();
        heldBy(caller).filter(held -> held.grant().isOn(name)).forEach(held -> {
            actions.addAll(held.grant().may());
            scopes.addAll(held.scopes());
        });
        return actions.isEmpty() ? RepositoryRights.NONE : new RepositoryRights(actions, List.copyOf(scopes));
    }

    /** Whether the caller may do everything, whatever a token of theirs carries. */
    public boolean isAdmin(Caller caller) {
        if (caller.isAdministrator()) {
            return true;
        }
        return caller.terms().map(RobotTerms::maker).filter(maker -> !isAdmin(maker)).isEmpty() && isAdminByGrant(caller);
    }

    private boolean isAdminByGrant(Caller caller) {
        return caller.terms().filter(terms -> terms.actions().contains(Action.ADMIN)).isPresent() || heldBy(caller).anyMatch(held -> held.grant().may().contains(Action.ADMIN));
    }

    /** Whether the caller may maintain any repository, whatever a token of theirs carries. */
    public boolean maintains(Caller caller) {
        if (caller.isAdministrator()) {
            return true;
        }
        boolean byTerms = caller.terms()
                .filter(terms -> terms.actions().contains(Action.MAINTAIN) && maintains(terms.maker()))
                .isPresent();
        return byTerms
                || heldBy(caller).anyMatch(held -> held.grant().may().contains(Action.MAINTAIN)
                        || held.grant().may().contains(Action.ADMIN));
    }

    /** Which repositories the caller may read, whatever a token of theirs carries. */
    public ReadableRepositories readable(Caller caller) {
        if (caller.isAdministrator()) {
            return ReadableRepositories.ALL;
        }
        ReadableRepositories own = readableByGrants(caller);
        return caller.terms().map(terms -> own.within(readable(terms.maker()))).orElse(own);
    }

    private ReadableRepositories readableByGrants(Caller caller) {
        Set<String> names = new TreeSet<>();
        List<Glob> patterns = new ArrayList<>();
        Stream<Glob> granted = heldBy(caller)
                .map(Held::grant)
                .filter(grant -> grant.may().contains(Action.PULL) || grant.may().contains(Action.ADMIN))
                .flatMap(grant -> grant.on().stream());
        Stream<Glob> byTerms = caller.terms().stream()
                .filter(terms -> terms.actions().contains(Action.PULL) || terms.actions().contains(Action.ADMIN))
                .flatMap(terms -> terms.repositories().stream().map(Glob::of));
        Stream.concat(granted, byTerms)
                .distinct()
                .forEach(pattern -> {
                    if (pattern.isExact()) {
                        names.add(pattern.toString());
                    } else {
                        patterns.add(pattern);
                    }
                });
        return patterns.contains(Grant.EVERYWHERE) ? ReadableRepositories.ALL : new ReadableRepositories(names, patterns);
    }

    /** The grants by which a caller may do something with a repository, in their order. */
    public List<Grant> allowing(Caller caller, RepositoryName repository, Action action, Optional<String> scope) {
        return heldBy(caller)
                .filter(held -> held.grant().isOn(repository.value()))
                .filter(held -> {
                    RepositoryRights rights = new RepositoryRights(held.grant().may(), held.scopes());
                    return rights.allow(action) && scope.map(rights::allowWriting).orElse(true);
                })
                .map(Held::grant)
                .toList();
    }
}
