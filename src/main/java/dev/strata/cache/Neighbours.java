package dev.strata.cache;

import dev.strata.access.rights.Glob;
import dev.strata.access.rights.ReadableRepositories;
import dev.strata.oci.RepositoryName;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The other repositories whose entries a caller takes for one that they build. */
public final class Neighbours {

    private final RepositoryName own;
    private final List<Glob> sharing;
    private final ReadableRepositories readable;
    private final boolean mayTake;

    /**
     * @param own the repository that is built
     * @param sharing patterns of those that share with it, as the settings have it
     * @param readable those that the caller may read
     * @param mayTake whether the caller may bring layers into their own: who may not takes nothing from elsewhere
     */
    public Neighbours(
            RepositoryName own, Collection<Glob> sharing, ReadableRepositories readable, boolean mayTake) {
        this.own = own;
        this.sharing = List.copyOf(sharing);
        this.readable = readable;
        this.mayTake = mayTake;
    }

    /** Whether it is known that there are none. */
    public boolean areNone() {
        return !mayTake || sharing.isEmpty();
    }

    /** Whether the caller may bring layers into their own repository. */
    public boolean mayTake() {
        return mayTake;
    }

    public boolean include(RepositoryName other) {
        return mayTake && mayRead(other) && sharing.stream().anyMatch(pattern -> pattern.matches(other.value()));
    }

    /** Whether it is another repository of which the caller may know. */
    public boolean mayRead(RepositoryName other) {
        return !other.equals(own) && readable.include(other.value());
    }

    /** The first component of all of their names, where it is the same. */
    public Optional<String> namespace() {
        Set<Optional<String>> namespaces = new HashSet<>();
        sharing.forEach(pattern -> namespaces.add(namespace(pattern)));
        return namespaces.size() == 1 ? namespaces.iterator().next() : Optional.empty();
    }

    private static Optional<String> namespace(Glob pattern) {
        int slash = pattern.start().indexOf('/');
        if (slash >= 0) {
            return Optional.of(pattern.start().substring(0, slash));
        }
        return pattern.isExact() ? Optional.of(pattern.start()) : Optional.empty();
    }
}
