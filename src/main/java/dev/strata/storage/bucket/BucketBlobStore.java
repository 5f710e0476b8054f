package dev.strata.storage.bucket;

import dev.strata.memory.MemoryBudget;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.RegistryException;
import dev.strata.storage.BlobContent;
import dev.strata.storage.BlobStore;
import dev.strata.storage.StoredBlob;
import dev.strata.storage.Upload;
import dev.strata.storage.UploadId;
import dev.strata.storage.bucket.UploadState.Tail;
import dev.strata.storage.directory.DataDirectory;
import dev.strata.storage.directory.Disk;
import dev.strata.storage.directory.Room;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blobs as objects in a bucket. Whether an object is there is not asked: rows say so, and what is found missing when it is
 * read is told, so that its row says that too.
 */
final class BucketBlobStore implements BlobStore, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BucketBlobStore.class);

    static final String OBJECTS = "blobs/";
    static final String TAILS = "uploads/";
    private static final int READ_AT_ONCE = 64 * 1024;
    private static final int SESSIONS_AT_ONCE = 100;

    private final Bucket bucket;
    private final UploadTable table;
    private final Redirects redirects;
    private final MemoryBudget memory;
    private final DataDirectory directory;
    private final Disk disk;
    private final Room room;
    private final Consumer<StoredBlob> lost;
    private final Supplier<UUID> ids;
    private final Holders holders;
    private final Senders senders;
    private final Probe probe;
    private final Leftovers leftovers;
    /** Read-held for each deletion. */
    private final ReentrantReadWriteLock deleting = new ReentrantReadWriteLock();

    /**
     * @param directory where parts lie that memory has no room for
     * @param lost told of each blob whose object is missing or broken
     */
    BucketBlobStore(
            Bucket bucket,
            UploadTable table,
            Redirects redirects,
            MemoryBudget memory,
            DataDirectory directory,
            Disk disk,
            Room room,
            int connections,
            Consumer<StoredBlob> lost,
            Supplier<UUID> ids)
            throws IOException {
        this.bucket = bucket;
        this.table = table;
        this.redirects = redirects;
        this.memory = memory;
        this.directory = directory;
        this.disk = disk;
        this.room = room;
        this.lost = lost;
        this.ids = ids;
        this.holders = new Holders(table, directory.identity());
        this.senders = new Senders(connections / 2);
        this.probe = new Probe(bucket);
        this.leftovers = new Leftovers(bucket, table);
    }

    Bucket bucket() {
        return bucket;
    }

    UploadTable table() {
        return table;
    }

    Redirects redirects() {
        return redirects;
    }

    /** A name that no object has had. */
    String newObject() {
        String name = ids.get().toString();
        return OBJECTS + name.substring(0, 2) + "/" + name;
    }

    String newTail() {
        return TAILS + ids.get();
    }

    PartBuffer newBuffer() {
        return new PartBuffer(memory, directory.uploads());
    }

    /** Does something beside this thread, when it is its turn. */
    <T> Future<T> beside(Callable<T> request) {
        return senders.submit(request);
    }

    <T> T await(Future<T> request) throws IOException {
        return senders.await(request);
    }

    void awaitQuietly(Future<?> request) {
        tryTo("send a part", () -> {
            try {
                senders.await(request);
            } catch (IOException e) {
                log.debug("A part that nobody needs any more was not sent", e);
            }
        });
    }

    /** Does what can be left to {@link Leftovers}. */
    void tryTo(String what, Runnable request) {
        try {
            request.run();
        } catch (RuntimeException e) {
            log.debug("Could not {}", what, e);
        }
    }

    /** What to throw where a part could not be written to the disk. */
    IOException writeFailed(IOException cause) {
        if (room.isExhausted()) {
            throw room.full(0, cause);
        }
        return cause;
    }

    @Override
    public Upload create(String owner, DigestAlgorithm algorithm) {
        requireRoom(0);
        UploadState state = UploadState.of(new UploadId(ids.get()), owner, algorithm);
        String holder = holders.add();
        try {
            table.insert(state, holder);
        } catch (RuntimeException e) {
            holders.remove(holder);
            throw e;
        }
        return new BucketUpload(this, state, holder);
    }

    @Override
    public Upload open(String owner, UploadId id) {
        String holder = holders.add();
        try {
            return new BucketUpload(this, table.take(id, owner, holder), holder);
        } catch (RuntimeException e) {
            holders.remove(holder);
            throw e;
        }
    }

    void release(UploadId id, String holder) {
        holders.remove(holder);
        tryTo("release an upload", () -> table.release(id, holder));
    }

    @Override
    public long received(String owner, UploadId id) {
        return table.get(id, owner).received();
    }

    @Override
    public Optional<BlobContent> find(StoredBlob blob) {
        return Optional.of(new ObjectContent(this, blob));
    }

    /**
     * Reads a part of a blob.
     *
     * @throws NoSuchFileException where its object is missing or broken
     */
    InputStream read(StoredBlob blob, long first, long length) throws NoSuchFileException {
        try {
            Bucket.Opened opened = bucket.open(blob.location(), first, length, null);
            if (opened.size() == blob.size()) {
                return new ObjectStream(bucket, blob.location(), opened, first, length);
            }
            opened.close();
            throw new NoSuchFileException(blob.location(), null, "it has " + opened.size() + " bytes");
        } catch (NoSuchFileException e) {
            lose(blob, e.getMessage());
            throw e;
        }
    }

    private void lose(StoredBlob blob, String reason) {
        log.error("The object {} of {} cannot be used: {}", blob.location(), blob.digest(), reason);
        lost.accept(blob);
    }

    /** Reads what an earlier request left. */
    void load(Tail tail, PartBuffer into) throws IOException {
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

    @Override
    public boolean has(StoredBlob blob) {
        return bucket.size(blob.location()).isPresent();
    }

    @Override
    public Kept keepAll() {
        ReentrantReadWriteLock.WriteLock noDeletions = deleting.writeLock();
        noDeletions.lock();
        return noDeletions::unlock;
    }

    @Override
    public Deletion delete(StoredBlob blob, BooleanSupplier isWanted) {
        return delete(blob.location(), isWanted);
    }

    Deletion delete(String location, BooleanSupplier isWanted) {
        if (!deleting.readLock().tryLock()) {
            return Deletion.BUSY;
        }
        try {
            if (isWanted.getAsBoolean()) {
                return Deletion.WANTED;
            }
            // From here on no session can make a row point at it; one may have done so just now.
            if (!table.forgetUnheld(location)) {
                return Deletion.BUSY;
            }
            if (isWanted.getAsBoolean()) {
                return Deletion.WANTED;
            }
            bucket.delete(location);
            return Deletion.DELETED;
        } finally {
            deleting.readLock().unlock();
        }
    }

    /** The store has made it durable already. */
    @Override
    public void forceDeletions(Collection<StoredBlob> deleted) {}

    @Override
    public Condition check(StoredBlob blob, IntConsumer read) throws IOException {
        if (blob.size() == 0) {
            return has(blob) ? Condition.SOUND : Condition.MISSING;
        }
        Digest actual;
        try (InputStream in = read(blob, 0, blob.size())) {
            actual = digest(in, blob.digest().algorithm(), read);
        } catch (NoSuchFileException e) {
            return Condition.MISSING;
        } catch (RegistryException e) {
            throw new IOException(blob.digest() + " cannot be read now", e);
        }
        if (actual.equals(blob.digest())) {
            return Condition.SOUND;
        }
        lose(blob, "it has other bytes than its digest says; pushing the blob again heals it");
        return Condition.BROKEN;
    }

    /** Blobs need no room here; what is said about them does. */
    @Override
    public void requireRoom(long bytes) {
        disk.requireSound();
        room.require(0);
    }

    @Override
    public int expireUploads(Instant idleSince, Consumer<StoredBlob> abandoned) throws IOException {
        int expired = 0;
        List<UploadState> some = table.idle(idleSince, SESSIONS_AT_ONCE);
        for (UploadState idle : some) {
            try (Upload upload = open(idle.owner(), idle.id())) {
                upload.committed().ifPresent(abandoned);
                upload.discard();
                expired++;
            } catch (RegistryException e) {
                log.debug("The upload {} is in use again, or gone", idle.id(), e);
            }
        }
        if (expired == SESSIONS_AT_ONCE) {
            return expired + expireUploads(idleSince, abandoned);
        }
        tryTo("look for what uploads left", () -> leftovers.remove(idleSince));
        return expired;
    }

    @Override
    public int uploads() {
        return table.count();
    }

    /** The sessions that other replicas hold are left alone. */
    @Override
    public Recovery recover(BiConsumer<String, StoredBlob> finish) throws IOException {
        holders.releaseEarlier();
        int finished = 0;
        int discarded = 0;
        String after = "";
        for (List<UploadState> some = table.committed(after, SESSIONS_AT_ONCE);
                !some.isEmpty();
                some = table.committed(after, SESSIONS_AT_ONCE)) {
            after = some.getLast().id().toString();
            for (UploadState state : some) {
                if (finish(state, finish)) {
                    finished++;
                } else {
                    discarded++;
                }
            }
        }
        return new Recovery(table.count(), finished, discarded);
    }

    private boolean finish(UploadState state, BiConsumer<String, StoredBlob> finish) throws IOException {
        String holder = holders.add();
        try (BucketUpload upload = new BucketUpload(this, table.take(state.id(), state.owner(), holder), holder)) {
            StoredBlob blob = upload.committedBefore();
            finish.accept(upload.owner(), blob);
            upload.finish();
            return true;
        } catch (RegistryException e) {
            holders.remove(holder);
            log.info("The upload {} is not closed now: {}", state.id(), e.getMessage());
            return false;
        }
    }

    @Override
    public void probe() throws IOException {
        Optional<String> failure = disk.failure();
        if (failure.isPresent()) {
            throw new IOException("The disk failed: " + failure.get());
        }
        probe.require();
    }

    @Override
    public void close() {
        holders.close();
        senders.close();
        redirects.close();
        bucket.close();
    }
}
