package dev.strata.upkeep.collection;

import dev.strata.registry.blobs.BlobForgetting;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Forgets blobs that no repository has, once everybody knows of that who follows what happens. */
@Component
class BlobCollection {

    /** Followers are seconds behind where very much is pushed, and so many blobs wait for them together. */
    private static final int WAIT_TOGETHER = 10_000;
    /** In one transaction. */
    private static final int FORGOTTEN_AT_ONCE = 50;

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

    private record Batch(List<Reviews.Blob> unlinked, Followers.Mark mark) {}

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
            waiting = look();
            if (waiting.isEmpty()) {
                return Progress.DONE;
            }
        }
        Batch batch = waiting.get();
        if (!followers.haveReached(batch.mark())) {
            return Progress.WAITS;
        }
        int count = Math.min(FORGOTTEN_AT_ONCE, batch.unlinked().size());
        List<Reviews.Blob> next = batch.unlinked().subList(0, count);
        List<Reviews.Blob> later = batch.unlinked().subList(count, batch.unlinked().size());
        // Whatever fails now is due again with the next look.
        waiting = later.isEmpty() ? Optional.empty() : Optional.of(new Batch(later, batch.mark()));
        forgetting.forget(next.stream().map(Reviews.Blob::blobId).toList(), bin::hasBlob);
        forgetReviews(next);
        return Progress.MORE;
    }

    /** Finds what no repository has of what is due; empty where nothing is due. */
    private Optional<Batch> look() {
        List<Reviews.Blob> due = reviews.dueBlobs(clock.instant(), WAIT_TOGETHER);
        if (due.isEmpty()) {
            return Optional.empty();
        }
        List<Reviews.Blob> linked = new ArrayList<>();
        List<Reviews.Blob> unlinked = new ArrayList<>();
        due.forEach(blob -> (blob.isLinked() ? linked : unlinked).add(blob));
        for (int from = 0; from < linked.size(); from += FORGOTTEN_AT_ONCE) {
            forgetReviews(linked.subList(from, Math.min(linked.size(), from + FORGOTTEN_AT_ONCE)));
        }
        // Later than the look: what took the links away is told before this.
        return Optional.of(new Batch(unlinked, followers.mark()));
    }

    private void forgetReviews(List<Reviews.Blob> looked) {
        transactions.executeWithoutResult(
                status -> reviews.delete(looked.stream().map(Reviews.Blob::id).toList()));
    }
}
