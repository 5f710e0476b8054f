package dev.strata.storage.bucket;

import dev.strata.storage.BlobStore;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** What lies in the bucket, for those who compare it with rows. A name says nothing of the digest. */
public final class BucketObjects {

    /** In how many slices the objects of blobs can be looked at. */
    public static final int SLICES = 256;

    private final Bucket bucket;
    private final UploadTable uploads;
    private final BucketBlobStore store;

    BucketObjects(Bucket bucket, UploadTable uploads, BucketBlobStore store) {
        this.bucket = bucket;
        this.uploads = uploads;
        this.store = store;
    }

    /**
     * An object.
     *
     * @param location what a blob's row calls it
     * @param changed when it was begun, or stored
     */
    public record Held(String location, long size, Instant changed) {}

    /** Visits the objects of blobs in a slice, a thousand at once. */
    public void visit(int slice, Consumer<List<Held>> visitor) {
        visit("%s%02x/".formatted(BucketBlobStore.OBJECTS, slice), visitor);
    }

    private void visit(String beginning, Consumer<List<Held>> visitor) {
        Optional<String> next = Optional.empty();
        do {
            Bucket.Listing page = bucket.list(beginning, next);
            visitor.accept(page.some().stream()
                    .map(object -> new Held(object.object(), object.size(), object.since()))
                    .toList());
            next = page.next();
        } while (next.isPresent());
    }

    /** How many bytes uploads under way have in objects of their own. What the store has of unfinished ones it does not say. */
    public long uploads() {
        long[] sum = {0};
        visit(BucketBlobStore.TAILS, some -> sum[0] += some.stream().mapToLong(Held::size).sum());
        return sum[0];
    }

    /** Those of the objects that uploads under way know. */
    public Set<String> ofUploads(Collection<String> locations) {
        return new HashSet<>(uploads.known(locations));
    }

    /** Deletes an object of which no blob is known, as {@link BlobStore#delete} does. */
    public BlobStore.Deletion delete(Held object, BooleanSupplier isWanted) {
        return store.objects().delete(object.location(), isWanted);
    }
}
