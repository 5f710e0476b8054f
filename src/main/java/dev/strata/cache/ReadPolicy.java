package dev.strata.cache;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a caller reads.
 *
 * @param scopes where it looks, in this order; those that are not protected serve what is not verified yet
 * @param sharedScopes those of them where it looks in other repositories too
 * @param trust what it takes
 * @param maxAge how old an entry may be
 * @param others the other repositories, asked for only where the own one has nothing
 */
public record ReadPolicy(
        List<Scope> scopes,
        List<Scope> sharedScopes,
        Trust trust,
        Optional<Duration> maxAge,
        Supplier<Neighbours> others) {

    public ReadPolicy {
        scopes = List.copyOf(scopes);
        sharedScopes = List.copyOf(sharedScopes);
    }

    /** The other repositories. */
    public Neighbours neighbours() {
        return others.get();
    }
}
