package dev.strata.cache;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a caller reads.
 *
 * @param scopes where it looks, in this order; those that are not protected serve what is not verified yet
 * @param trust what it takes
 * @param maxAge how old an entry may be
 */
public record ReadPolicy(List<Scope> scopes, Trust trust, Optional<Duration> maxAge) {

    public ReadPolicy {
        scopes = List.copyOf(scopes);
    }
}
