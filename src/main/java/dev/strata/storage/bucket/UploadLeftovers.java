package dev.strata.storage.bucket;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a crash left of uploads in the store: parts of objects that are never finished, and tails that no session knows. */
final class UploadLeftovers {

    private static final Logger log = LoggerFactory.getLogger(UploadLeftovers.class);

    private final Bucket bucket;
    private final UploadTable table;

    UploadLeftovers(Bucket bucket, UploadTable table) {
        this.bucket = bucket;
        this.table = table;
    }

    /** Removes what is older than any session. */
    void remove(Instant before) {
        bucket.eachUnfinished(before, some -> {
            Set<String> known = new HashSet<>(table.knownMultiparts(
                    some.stream().map(Bucket.Listed::multipart).toList()));
            some.stream().filter(upload -> !known.contains(upload.multipart())).forEach(upload -> {
                bucket.abort(upload.object(), upload.multipart());
                log.info("Gave up the parts of {}, which no upload knows", upload.object());
            });
        });
        Optional<String> next = Optional.of("");
        while (next.isPresent()) {
            Bucket.Listing page = bucket.list(BucketBlobStore.TAILS, next.filter(token -> !token.isEmpty()));
            List<String> old = page.some().stream()
                    .filter(tail -> tail.since().isBefore(before))
                    .map(Bucket.Listed::object)
                    .toList();
            Set<String> known = new HashSet<>(table.known(old));
            old.stream().filter(tail -> !known.contains(tail)).forEach(bucket::delete);
            next = page.next();
        }
    }
}
