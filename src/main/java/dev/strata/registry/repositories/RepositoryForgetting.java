package dev.strata.registry.repositories;

import dev.strata.oci.RepositoryName;
import dev.strata.registry.changes.RepositoryChanges;
import dev.strata.registry.events.RepositoryRemoved;
import dev.strata.registry.repositories.RepositoryHolder.Hold;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;

/**
 * Takes repositories out of the registry in which nothing is left. A push at the same time comes before that and keeps the
 * repository, or after it and makes another one.
 *
 * <p>The journal has nothing of it: where a crash takes it back, the repository is empty still, or has what came later.
 */
@Service
public class RepositoryForgetting {

    private final RepositoryChanges changes;
    private final RepositoryTable repositories;
    private final List<RepositoryHolder> holders;
    private final ApplicationEventPublisher events;

    RepositoryForgetting(
            RepositoryChanges changes,
            RepositoryTable repositories,
            List<RepositoryHolder> holders,
            ApplicationEventPublisher events) {
        this.changes = changes;
        this.repositories = repositories;
        this.holders = holders;
        this.events = events;
    }

    /** What became of a repository. */
    public enum Outcome {
        GONE,
        /** Something is in it, or somebody needs it. */
        STAYS,
        /** Something is to be done first, which takes a moment. */
        NOT_YET
    }

    /**
     * Forgets a repository, where nothing is in it and nobody needs it. Where only what was deleted is in it and can be taken
     * back, it is not listed any more.
     */
    public Outcome forget(long repositoryId) {
        return repositories
                .name(repositoryId)
                .map(name -> changes.make("forget a repository", name, () -> forgetNow(repositoryId, name)))
                .orElse(Outcome.GONE);
    }

    private Outcome forgetNow(long repositoryId, RepositoryName name) {
        if (repositories.lock(name).filter(id -> id == repositoryId).isEmpty()) {
            return Outcome.GONE;
        }
        if (repositories.hasManifest(repositoryId)) {
            return Outcome.STAYS;
        }
        Set<Hold> holds = EnumSet.noneOf(Hold.class);
        holders.forEach(holder -> holds.add(holder.hold(repositoryId)));
        if (holds.contains(Hold.USED)) {
            return Outcome.STAYS;
        }
        if (holds.contains(Hold.WAITS)) {
            repositories.hide(repositoryId);
            return Outcome.STAYS;
        }
        if (repositories.hasBlob(repositoryId)) {
            return Outcome.STAYS;
        }
        if (holds.contains(Hold.NOT_YET) || !holders.stream().allMatch(holder -> holder.letGo(repositoryId))) {
            return Outcome.NOT_YET;
        }
        repositories.delete(repositoryId);
        events.publishEvent(new RepositoryRemoved(repositoryId, name));
        return Outcome.GONE;
    }
}
