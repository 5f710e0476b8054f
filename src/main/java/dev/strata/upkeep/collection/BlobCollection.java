package dev.strata.upkeep.collection;

import dev.strata.registry.blobs.BlobForgetting;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Forgets blobs that no repository has, once everybody knows of that who follows what happens. */
@Component
class BlobCollection {

    private static final int AT_ONCE = 50;

    private final Reviews reviews;
    private final BlobForgetting forgetting;
    private final Followers followers;
    private final BinHolds bin;
    private final TransactionTemplate transactions;
    private final Clock clock;
    /** What waits until the followers have come so far; of the one thread that collects. */
    private Optional<Batch> waiting = Optional.empty();

    BlobCollection(
            Reviews reviews,
            BlobForgetting forgetting,
            Followers followers,
            BinHolds bin,
            PlatformTransactionManager transactions,
            Clock clock) {
        this.reviews = reviews;
        this.forgetting = forgetting;
        this.followers = followers;
        this.bin = bin;
        this.transactions = new TransactionTemplate(transactions);
        this.transactions.setName("note that blobs were looked at");
        this.clock = clock;
    }

    private record Batch(List<Reviews.Blob> due, Followers.Mark mark) {}

    /** How it stands after a piece. */
    enum Progress {
        MORE,
        WAITS,
        DONE
    }

    boolean isDue() {
        return !reviews.dueBlobs(clock.instant(), 1).isEmpty();
    }

    Progress collectDue() {
        if (waiting.isEmpty()) {
            List<Reviews.Blob> due = reviews.dueBlobs(clock.instant(), AT_ONCE);
            if (due.isEmpty()) {
                return Progress.DONE;
            }
            List<Reviews.Blob> unlinked = due.stream().filter(blob -> !forgetting.isLinked(blob.blobId())).toList();
            forgetReviews(due.stream().filter(blob -> !unlinked.contains(blob)).toList());
            // Later than the look: what took the links away is told before this.
            waiting = Optional.of(new Batch(unlinked, followers.mark()));
        }
        Batch batch = waiting.get();
        if (!followers.haveReached(batch.mark())) {
            return Progress.WAITS;
        }
        waiting = Optional.empty();
        forgetting.forget(batch.due().stream().map(Reviews.Blob::blobId).toList(), bin::hasBlob);
        forgetReviews(batch.due());
        return Progress.MORE;
    }

    private void forgetReviews(List<Reviews.Blob> looked) {
        transactions.executeWithoutResult(
                status -> reviews.delete(looked.stream().map(Reviews.Blob::id).toList()));
    }
}
