package dev.strata.cache.lookup;

import dev.strata.cache.Neighbours;
import dev.strata.cache.ReadPolicy;
import dev.strata.cache.Scope;
import dev.strata.cache.entries.RepositoryRows;
import dev.strata.cache.leases.GrantedLease;
import dev.strata.cache.leases.Leases;
import dev.strata.oci.RepositoryName;
import dev.strata.step.StepKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Who runs a step in a repository from which the caller would take it: waiting for that one is as good as for an agent of the
 * own repository.
 */
@Component
class NeighbourLeases {

    private final Leases leases;
    private final RepositoryRows repositories;

    NeighbourLeases(Leases leases, RepositoryRows repositories) {
        this.leases = leases;
        this.repositories = repositories;
    }

    /** The leases of a step in a scope, without those of repositories from which the caller takes nothing. */
    List<Leases.Slot> of(StepKey key, Scope scope, ReadPolicy policy) {
        if (!policy.sharedScopes().contains(scope)) {
            return List.of();
        }
        Neighbours neighbours = policy.neighbours();
        List<Leases.Slot> anywhere = neighbours.areNone() ? List.of() : leases.findAnywhere(scope, key);
        Map<Long, RepositoryName> names =
                repositories.names(anywhere.stream().map(Leases.Slot::repositoryId).toList());
        return anywhere.stream()
                .filter(slot -> Optional.ofNullable(names.get(slot.repositoryId()))
                        .filter(neighbours::include)
                        .isPresent())
                .toList();
    }

    /** How long somebody else goes on running a step; empty where nobody does, or for so long that another one may try. */
    Optional<Duration> left(StepKey key, Scope scope, ReadPolicy policy) {
        return of(key, scope, policy).stream().map(leases::left).flatMap(Optional::stream).findFirst();
    }

    /** Whether somebody else took a step before the holder of a lease, who took it at the same time. */
    boolean isTakenBefore(StepKey key, Scope scope, ReadPolicy policy, GrantedLease lease) {
        return of(key, scope, policy).stream().anyMatch(slot -> leases.isBefore(slot, lease));
    }
}
