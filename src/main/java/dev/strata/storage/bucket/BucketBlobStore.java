package dev.strata.storage.bucket;

import dev.strata.memory.MemoryBudget;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.RegistryException;
import dev.strata.storage.BlobContent;
import dev.strata.storage.BlobLost;
import dev.strata.storage.BlobStore;
import dev.strata.storage.StoredBlob;
import dev.strata.storage.Upload;
import dev.strata.storage.UploadId;
import dev.strata.storage.directory.DataDirectory;
import dev.strata.storage.directory.Disk;
import dev.strata.storage.directory.Room;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Blobs as objects in a bucket: takes uploads, and gives what is stored. */
final class BucketBlobStore implements BlobStore, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BucketBlobStore.class);

    static final String OBJECTS = "blobs/";
    static final String TAILS = "uploads/";
    private static final int SESSIONS_AT_ONCE = 100;

    private final Bucket bucket;
    private final UploadTable table;
    private final Redirects redirects;
    private final MemoryBudget memory;
    private final DataDirectory directory;
    private final Disk disk;
    private final Room room;
    private final Supplier<UUID> ids;
    private final UploadHolders holders;
    private final Senders senders;
    private final Probe probe;
    private final UploadLeftovers leftovers;
    private final BlobObjects objects;

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
            Consumer<BlobLost> lost,
            Supplier<UUID> ids)
            throws IOException {
        this.bucket = bucket;
        this.table = table;
        this.redirects = redirects;
        this.memory = memory;
        this.directory = directory;
        this.disk = disk;
        this.room = room;
        this.ids = ids;
        this.holders = new UploadHolders(table, directory.identity());
        this.senders = new Senders(connections / 2);
        this.probe = new Probe(bucket);
        this.leftovers = new UploadLeftovers(bucket, table);
        this.objects = new BlobObjects(bucket, table, lost);
    }

    Bucket bucket() {
        return bucket;
    }

    UploadTable table() {
        return table;
    }

    BlobObjects objects() {
        return objects;
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

    /** Does what can be left to {@link UploadLeftovers}. */
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
        return Optional.of(new ObjectContent(objects, redirects, blob));
    }

    @Override
    public boolean has(StoredBlob blob) {
        return objects.has(blob);
    }

    @Override
    public Condition check(StoredBlob blob, IntConsumer read) throws IOException {
        return objects.check(blob, read);
    }

    @Override
    public Kept keepAll() {
        return objects.keepAll();
    }

    @Override
    public Deletion delete(StoredBlob blob, BooleanSupplier isWanted) {
        return objects.delete(blob.location(), isWanted);
    }

    /** The store has made it durable already. */
    @Override
    public void forceDeletions(Collection<StoredBlob> deleted) {}

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
    public boolean isEmpty() {
        return bucket.list(OBJECTS, Optional.empty()).some().isEmpty();
    }

    @Override
    public int uploads() {
        return table.count();
    }

    /** The sessions that other replicas hold are left alone. */
    @Override
    public Recovery recover(BiConsumer<String, StoredBlob> finish, Predicate<String> isBlob) throws IOException {
        holders.releaseEarlier();
        int finished = 0;
        int discarded = forgetBlobs(isBlob);
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

    /** Their objects are not theirs any more, and must not be deleted with them. */
    private int forgetBlobs(Predicate<String> isBlob) {
        int forgotten = 0;
        String after = "";
        for (List<UploadState> some = table.withTail(after, SESSIONS_AT_ONCE);
                !some.isEmpty();
                some = table.withTail(after, SESSIONS_AT_ONCE)) {
            after = some.getLast().id().toString();
            for (UploadState state : some) {
                if (isBlob.test(state.tail().orElseThrow().location()) && table.forgetUnheld(state.id())) {
                    forgotten++;
                }
            }
        }
        return forgotten;
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
