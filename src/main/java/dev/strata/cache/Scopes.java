package dev.strata.cache;

import dev.strata.access.rights.RepositoryRights;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import org.springframework.util.function.SingletonSupplier;

/** Which scopes a caller reads, and which one it may write. */
@Component
public class Scopes {

    private static final int MOST = 16;

    /** That of what is read from images is one more. */
    public static final int MOST_READ = MOST + 1;

    private final CacheProperties properties;

    Scopes(CacheProperties properties) {
        this.properties = properties;
    }

    /**
     * What a caller reads. Entries from images come last, and only for who names no scope or takes anything: whoever
     * pushes an image could write them.
     *
     * @param named the scopes that it names, in its order
     * @param others the other repositories in which it looks
     * @throws RegistryException PARAMETER_INVALID for more than 16
     */
    public ReadPolicy reads(
            List<Scope> named, Trust trust, Optional<Duration> maxAge, Supplier<Neighbours> others) {
        if (named.size() > MOST) {
            throw new RegistryException(
                    Problem.PARAMETER_INVALID, "a caller reads " + MOST + " scopes at the most", Map.of("scopes", named.size()));
        }
        Set<Scope> scopes = new LinkedHashSet<>(named.isEmpty() ? List.of(properties.defaultScope()) : named);
        if (named.isEmpty() || trust == Trust.ANY) {
            scopes.add(properties.derivedScope());
        }
        List<Scope> shared = scopes.stream().filter(properties::isShared).toList();
        return new ReadPolicy(List.copyOf(scopes), shared, trust, maxAge, SingletonSupplier.of(others));
    }

    /**
     * The scope that a caller writes.
     *
     * @param named the one that it names
     * @param rights on the repository
     * @throws RegistryException SCOPE_DENIED where they do not include it, and for the scope of what is read from images:
     *     whoever names no scope believes that nothing else is in there
     */
    public Scope writes(Optional<Scope> named, RepositoryRights rights) {
        Scope scope = named.orElse(properties.defaultScope());
        if (scope.equals(properties.derivedScope())) {
            throw new RegistryException(
                    Problem.SCOPE_DENIED,
                    "the scope has what is read from images, and nothing else",
                    Map.of("scope", scope.name()));
        }
        requireMay(scope, rights);
        return scope;
    }

    /** Whether a caller may write a scope. */
    public boolean mayWrite(Scope scope, RepositoryRights rights) {
        return !scope.equals(properties.derivedScope()) && rights.allowWriting(scope.name());
    }

    /**
     * Lets a caller take entries back.
     *
     * @param named the scope to which it keeps; all of them where it names none
     * @param rights on the repository
     * @throws RegistryException SCOPE_DENIED where they do not include it, or all
     */
    public void requireMayDelete(Optional<Scope> named, RepositoryRights rights) {
        if (named.isPresent()) {
            requireMay(named.get(), rights);
        } else if (!rights.allowWritingAll()) {
            throw new RegistryException(
                    Problem.SCOPE_DENIED, "you may not write all scopes; name the one that is meant", Map.of());
        }
    }

    private static void requireMay(Scope scope, RepositoryRights rights) {
        if (!rights.allowWriting(scope.name())) {
            throw new RegistryException(
                    Problem.SCOPE_DENIED, "you may not write this scope", Map.of("scope", scope.name()));
        }
    }
}
