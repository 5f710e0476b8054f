package dev.strata.registry.blobs;

import dev.strata.access.rights.ReadableRepositories;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.registry.PromiseProperties;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Links blobs that clients ask for and other repositories have, so that nobody sends them. A link that is made so is promised
 * like any other, and goes after the grace where no manifest names it.
 *
 * <p>What somebody deleted from a repository is not brought back by a question before the grace is over: who deletes a blob
 * and looks whether it is gone has to see that.
 */
@Service
public class AutoMounts {

    private static final int FORGOTTEN_AT_ONCE = 200;

    private final Blobs blobs;
    private final DeletedBlobTable deleted;
    private final Duration grace;
    private final TransactionTemplate forgetting;
    private final Clock clock;

    AutoMounts(
            Blobs blobs,
            DeletedBlobTable deleted,
            PromiseProperties properties,
            PlatformTransactionManager transactions,
            Clock clock) {
        this.blobs = blobs;
        this.deleted = deleted;
        this.grace = properties.grace();
        this.forgetting = new TransactionTemplate(transactions);
        this.forgetting.setName("forget deletions of blobs");
        this.clock = clock;
    }

    /**
     * Links a blob for a client that asks whether a repository has it.
     *
     * @param readable the repositories that the caller may read: a blob of another one is as one that is not there
     * @return whether the repository has it now
     */
    public boolean link(RepositoryName repository, Digest digest, ReadableRepositories readable) throws IOException {
        return blobs.link(repository, digest, readable, () -> !deleted.isDeletedSince(repository, digest, longAgo()));
    }

    /** The same for a client that begins to push it, and by that takes a deletion back. */
    public boolean linkPushed(RepositoryName repository, Digest digest, ReadableRepositories readable) throws IOException {
        return blobs.link(repository, digest, readable, () -> true);
    }

    /**
     * Links a blob for a client that is told that it need not make it, since a repository has it that the client may read.
     *
     * @param origin the repository that has it
     * @return whether the other repository has it now
     */
    public boolean linkFrom(RepositoryName origin, RepositoryName repository, Digest digest) throws IOException {
        return !deleted.isDeletedSince(repository, digest, longAgo())
                && blobs.mount(
                        repository,
                        digest,
                        Optional.of(origin),
                        new ReadableRepositories(List.of(origin.value()), List.of()));
    }

    private Instant longAgo() {
        return clock.instant().minus(grace);
    }

    @Scheduled(fixedDelayString = "PT1M", initialDelayString = "PT1M")
    void forget() {
        boolean mayBeMore = true;
        while (mayBeMore) {
            mayBeMore = Boolean.TRUE.equals(forgetting.execute(status -> deleted.forget(longAgo(), FORGOTTEN_AT_ONCE)));
        }
    }
}
