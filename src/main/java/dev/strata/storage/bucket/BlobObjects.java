package dev.strata.storage.bucket;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.RegistryException;
import dev.strata.storage.BlobLost;
import dev.strata.storage.BlobStore;
import dev.strata.storage.StoredBlob;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects that hold bytes of blobs: read, checked and deleted. Whether an object is there is not asked: rows say so, and
 * what is found missing when it is read is told, so that its row says that too.
 */
final class BlobObjects {

    private static final Logger log = LoggerFactory.getLogger(BlobObjects.class);

    private static final int READ_AT_ONCE = 64 * 1024;

    private final Bucket bucket;
    private final UploadTable table;
    private final Consumer<BlobLost> lost;
    /** Read-held for each deletion. */
    private final ReentrantReadWriteLock deleting = new ReentrantReadWriteLock();

    /** @param lost told of each blob whose object is missing or broken */
    BlobObjects(Bucket bucket, UploadTable table, Consumer<BlobLost> lost) {
        this.bucket = bucket;
        this.table = table;
        this.lost = lost;
    }

    /**
     * Reads a part of a blob.
     *
     * @throws NoSuchFileException where its object is missing or broken
     */
    InputStream read(StoredBlob blob, long first, long length) throws NoSuchFileException {
        Bucket.Opened opened;
        try {
            opened = bucket.open(blob.location(), first, length, null);
        } catch (NoSuchFileException e) {
            lose(blob, true, e.getMessage());
            throw e;
        }
        if (opened.size() == blob.size()) {
            return new ObjectStream(bucket, blob.location(), opened, first, length);
        }
        opened.close();
        String reason = "it has " + opened.size() + " bytes";
        lose(blob, false, reason);
        throw new NoSuchFileException(blob.location(), null, reason);
    }

    private void lose(StoredBlob blob, boolean isMissing, String reason) {
        log.error("The object {} of {} cannot be used: {}", blob.location(), blob.digest(), reason);
        lost.accept(new BlobLost(blob, isMissing));
    }

    /** Reads what an earlier request left. */
    void load(UploadState.Tail tail, PartBuffer into) throws IOException {
        try (InputStream in = stream(tail.location(), tail.size())) {
            byte[] part = new byte[READ_AT_ONCE];
            for (int count = in.read(part); count >= 0; count = in.read(part)) {
                into.write(part, 0, count);
            }
        }
    }

    /** Computes the digest of an object of an upload. */
    Digest digest(String object, long size, DigestAlgorithm algorithm) throws IOException {
        try (InputStream in = stream(object, size)) {
            return digest(in, algorithm, bytes -> {});
        }
    }

    private InputStream stream(String object, long size) throws NoSuchFileException {
        return size == 0
                ? InputStream.nullInputStream()
                : new ObjectStream(bucket, object, bucket.open(object, 0, size, null), 0, size);
    }

    private static Digest digest(InputStream in, DigestAlgorithm algorithm, IntConsumer read) throws IOException {
        MessageDigest hash = algorithm.messageDigest();
        byte[] part = new byte[READ_AT_ONCE];
        for (int count = in.read(part); count >= 0; count = in.read(part)) {
            hash.update(part, 0, count);
            read.accept(count);
        }
        return Digest.ofBytes(hash.digest());
    }

    boolean has(StoredBlob blob) {
        return bucket.size(blob.location()).isPresent();
    }

    BlobStore.Condition check(StoredBlob blob, IntConsumer read) throws IOException {
        if (blob.size() == 0) {
            return has(blob) ? BlobStore.Condition.SOUND : BlobStore.Condition.MISSING;
        }
        Digest actual;
        try (InputStream in = read(blob, 0, blob.size())) {
            actual = digest(in, blob.digest().algorithm(), read);
        } catch (NoSuchFileException e) {
            return BlobStore.Condition.MISSING;
        } catch (RegistryException e) {
            throw new IOException(blob.digest() + " cannot be read now", e);
        }
        if (actual.equals(blob.digest())) {
            return BlobStore.Condition.SOUND;
        }
        lose(blob, false, "it has other bytes than its digest says; pushing the blob again heals it");
        return BlobStore.Condition.BROKEN;
    }

    BlobStore.Kept keepAll() {
        ReentrantReadWriteLock.WriteLock noDeletions = deleting.writeLock();
        noDeletions.lock();
        return noDeletions::unlock;
    }

    /** As {@link BlobStore#delete}, of the object with a name. */
    BlobStore.Deletion delete(String location, BooleanSupplier isWanted) {
        if (!deleting.readLock().tryLock()) {
            return BlobStore.Deletion.BUSY;
        }
        try {
            if (isWanted.getAsBoolean()) {
                return BlobStore.Deletion.WANTED;
            }
            // From here on no session can make a row point at it; one may have done so just now.
            if (!table.forgetUnheld(location)) {
                return BlobStore.Deletion.BUSY;
            }
            if (isWanted.getAsBoolean()) {
                return BlobStore.Deletion.WANTED;
            }
            bucket.delete(location);
            return BlobStore.Deletion.DELETED;
        } finally {
            deleting.readLock().unlock();
        }
    }
}
