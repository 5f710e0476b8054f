package dev.strata.upkeep.collection;

import dev.strata.database.work.Work;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.blobs.BlobForgetting;
import dev.strata.registry.repositories.RepositoryForgetting;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.stereotype.Component;

/** The collection of garbage, a piece at a time. */
@Component
class Collection implements Work {

    static final String NAME = "collect";

    private static final Logger log = LoggerFactory.getLogger(Collection.class);

    private static final Duration UNTIL_FOLLOWED = Duration.ofMillis(200);
    private static final Duration UNTIL_BOOKED = Duration.ofSeconds(2);
    private static final Duration AFTER_CONTENTION = Duration.ofSeconds(5);
    private static final Duration WITHOUT_DISK = Duration.ofMinutes(1);
    /** So many times as long as a piece took: pushes wait for the same disk, and nobody waits for a collection. */
    private static final int RESTS = 2;
    private static final Duration LONGEST_REST = Duration.ofMillis(500);

    private final LinkCollection links;
    private final BlobCollection blobs;
    private final ManifestCollection manifests;
    private final BlobForgetting forgetting;
    private final RepositoryForgetting repositories;

    Collection(
            LinkCollection links,
            BlobCollection blobs,
            ManifestCollection manifests,
            BlobForgetting forgetting,
            RepositoryForgetting repositories) {
        this.links = links;
        this.blobs = blobs;
        this.manifests = manifests;
        this.forgetting = forgetting;
        this.repositories = repositories;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Outcome doNext(Item item) {
        long begun = System.nanoTime();
        try {
            return collect(item);
        } catch (TransientDataAccessException e) {
            log.debug("{} is looked at later", item.subject(), e);
            return new Outcome.Later(AFTER_CONTENTION);
        } catch (RegistryException e) {
            if (e.problem() != Problem.STORAGE_FULL && e.problem() != Problem.STORAGE_FAILED) {
                throw e;
            }
            log.warn("Nothing can be collected now: {}", e.getMessage());
            return new Outcome.Later(WITHOUT_DISK);
        } finally {
            LockSupport.parkNanos(Math.min(RESTS * (System.nanoTime() - begun), LONGEST_REST.toNanos()));
        }
    }

    private Outcome collect(Item item) {
        return switch (CollectionSubject.of(item.subject())) {
            case CollectionSubject.Links() -> goOn(links.collectDue());
            case CollectionSubject.Blobs() -> switch (blobs.collectDue()) {
                case MORE -> goOn(true);
                case WAITS -> new Outcome.Later(UNTIL_FOLLOWED);
                case DONE -> goOn(false);
            };
            case CollectionSubject.Files() -> goOn(forgetting.remove());
            case CollectionSubject.LeftRepository left -> manifests.leave(left, item.progress());
            case CollectionSubject.Leftover(long manifestId) -> manifests.forget(manifestId, item.progress());
            case CollectionSubject.Emptied(long repositoryId) ->
                repositories.forget(repositoryId) == RepositoryForgetting.Outcome.NOT_YET
                        ? new Outcome.Later(UNTIL_BOOKED)
                        : new Outcome.Done();
        };
    }

    private static Outcome goOn(boolean more) {
        return more ? new Outcome.GoOn("") : new Outcome.Done();
    }
}
