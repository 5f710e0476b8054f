package dev.strata.cache.exports;

import dev.strata.cache.CacheProperties;
import dev.strata.database.work.Work;
import dev.strata.database.work.WorkQueue;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.DeletionId;
import dev.strata.registry.PromiseProperties;
import dev.strata.registry.RegistryProperties;
import dev.strata.registry.deletions.PlannedDeletions;
import dev.strata.registry.manifests.Manifests;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * Deletes what builders exported when nobody exported it again for the cache's time to live, and sums in whose place another
 * one is after the grace: a builder may have been told of one just before. What has a tag stays.
 */
@Component
class ExportForgetting implements Work {

    private static final String NAME = "forget-exported-caches";
    private static final Duration NEXT_LOOK = Duration.ofHours(6);

    private final WorkQueue queue;
    private final Manifests manifests;
    private final PlannedDeletions deletions;
    private final Supplier<DeletionId> ids;
    private final CacheProperties properties;
    private final PromiseProperties promises;
    private final RegistryProperties registry;
    private final Clock clock;

    ExportForgetting(
            WorkQueue queue,
            Manifests manifests,
            PlannedDeletions deletions,
            Supplier<DeletionId> ids,
            CacheProperties properties,
            PromiseProperties promises,
            RegistryProperties registry,
            Clock clock) {
        this.queue = queue;
        this.manifests = manifests;
        this.deletions = deletions;
        this.ids = ids;
        this.properties = properties;
        this.promises = promises;
        this.registry = registry;
        this.clock = clock;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** Has a manifest looked at after some time. */
    void note(RepositoryName repository, Digest digest, Duration after) {
        queue.add(NAME, repository + "@" + digest, after);
    }

    /** The same for a sum. */
    void noteSum(RepositoryName repository, Digest digest) {
        note(repository, digest, promises.grace());
    }

    @Override
    public Outcome doNext(Item item) {
        int at = item.subject().indexOf('@');
        RepositoryName repository = RepositoryName.of(item.subject().substring(0, at));
        Digest digest = Digest.of(item.subject().substring(at + 1));
        Optional<CacheManifest> cache = find(repository, digest);
        if (cache.isEmpty() || !registry.delete()) {
            return new Outcome.Done();
        }
        Duration kept = cache.get().isUnion() ? promises.grace() : properties.ttl();
        PlannedDeletions.Outcome outcome =
                deletions.deleteUntagged(repository, digest, ids.get(), clock.instant().minus(kept));
        return switch (outcome) {
            case DELETED, NOT_THERE -> new Outcome.Done();
            case STAYED, IMMUTABLE -> new Outcome.Later(NEXT_LOOK);
        };
    }

    private Optional<CacheManifest> find(RepositoryName repository, Digest digest) {
        try {
            return CacheManifest.of(manifests.read(manifests.get(repository, digest)));
        } catch (RegistryException e) {
            if (e.problem() == Problem.CONTENDED) {
                throw e;
            }
            return Optional.empty(); // deleted meanwhile
        }
    }
}
