package dev.strata.registry.blobs;

import dev.strata.database.durability.Durability;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.registry.changes.Change;
import dev.strata.registry.changes.RepositoryChanges;
import dev.strata.registry.repositories.RepositoryTable;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Makes {@link Promises} anew where they are not fresh, before an answer on which somebody relies. */
@Component
public class Renewals {

    private static final int AT_ONCE = 200;

    private final RepositoryChanges changes;
    private final BlobTable blobs;
    private final RepositoryTable repositories;
    private final Promises promises;
    private final Durability durability;
    private final Clock clock;

    Renewals(
            RepositoryChanges changes,
            BlobTable blobs,
            RepositoryTable repositories,
            Promises promises,
            Durability durability,
            Clock clock) {
        this.changes = changes;
        this.blobs = blobs;
        this.repositories = repositories;
        this.promises = promises;
        this.durability = durability;
        this.clock = clock;
    }

    /** Promises that the repository has these blobs, and returns those of them that it has. */
    List<LinkedBlob> renew(RepositoryName repository, Collection<LinkedBlob> asked) {
        List<LinkedBlob> kept = new ArrayList<>();
        List<LinkedBlob> old = new ArrayList<>();
        for (LinkedBlob blob : asked) {
            (promises.isFresh(blob.promisedAt()) ? kept : old).add(blob);
        }
        old.sort(Comparator.comparingLong(LinkedBlob::id)); // in one order for everyone
        for (int from = 0; from < old.size(); from += AT_ONCE) {
            List<LinkedBlob> some = old.subList(from, Math.min(old.size(), from + AT_ONCE));
            kept.addAll(changes.make("promise blobs", repository, () -> renewNow(repository, some)));
        }
        return kept;
    }

    private List<LinkedBlob> renewNow(RepositoryName repository, List<LinkedBlob> some) {
        Optional<Long> repositoryId = repositories.findId(repository);
        Instant now = clock.instant();
        List<LinkedBlob> kept = repositoryId.isEmpty()
                ? List.of()
                : some.stream().filter(blob -> blobs.renew(repositoryId.get(), blob.id(), now)).toList();
        append(repository, kept.stream().map(blob -> blob.stored().digest()).toList(), now);
        return kept;
    }

    /** The same of one blob, within the running transaction, and whether it was promised lately or not. */
    boolean renewWithin(long repositoryId, RepositoryName repository, Digest digest) {
        Instant now = clock.instant();
        boolean kept = blobs.find(digest)
                .filter(blob -> blobs.renew(repositoryId, blob.id(), now))
                .isPresent();
        append(repository, kept ? List.of(digest) : List.of(), now);
        return kept;
    }

    private void append(RepositoryName repository, List<Digest> kept, Instant now) {
        if (!kept.isEmpty()) {
            durability.append(Change.FEATURE, new Change.PromiseBlobs(repository, kept, now).toBytes());
        }
    }

    public void renewAgain(Change.PromiseBlobs promised) {
        changes.make("promise blobs again", promised.repository(), () -> {
            Optional<Long> repositoryId = repositories.findId(promised.repository());
            repositoryId.ifPresent(id -> promised.digests().forEach(digest ->
                    blobs.find(digest).ifPresent(blob -> blobs.renewAgain(id, blob.id(), promised.at()))));
            return repositoryId;
        });
    }
}
