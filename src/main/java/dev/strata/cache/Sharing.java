package dev.strata.cache;

import dev.strata.access.AccessProperties;
import dev.strata.access.rights.Glob;
import dev.strata.access.rights.ReadableRepositories;
import dev.strata.oci.RepositoryName;
import java.util.List;
import org.springframework.core.env.PropertyResolver;
import org.springframework.stereotype.Component;

/** Which repositories share their entries, as {@code strata.cache.share} says it. */
@Component
public class Sharing {

    private static final List<Glob> EVERYTHING = List.of(Glob.of("**"));

    private final CacheProperties properties;
    private final boolean hasLogin;

    Sharing(CacheProperties properties, AccessProperties access, PropertyResolver settings) {
        this.properties = properties;
        this.hasLogin = access.hasLogin(settings);
    }

    /**
     * The repositories that share with one.
     *
     * @param readable those that the caller may read
     * @param mayTake whether the caller may bring layers into the repository
     */
    public Neighbours neighbours(RepositoryName repository, ReadableRepositories readable, boolean mayTake) {
        return new Neighbours(repository, sharing(repository), readable, mayTake);
    }

    private List<Glob> sharing(RepositoryName repository) {
        return switch (properties.share()) {
            case ShareGroups.Default() -> hasLogin ? sameNamespace(repository) : EVERYTHING;
            case ShareGroups.All() -> EVERYTHING;
            case ShareGroups.None() -> List.of();
            case ShareGroups.Namespaces() -> sameNamespace(repository);
            case ShareGroups.Patterns(List<Glob> patterns) ->
                patterns.stream().filter(pattern -> pattern.matches(repository.value())).toList();
        };
    }

    private static List<Glob> sameNamespace(RepositoryName repository) {
        String name = repository.value();
        int slash = name.indexOf('/');
        String namespace = slash < 0 ? name : name.substring(0, slash);
        return List.of(Glob.of(namespace), Glob.of(namespace + "/**"));
    }
}
