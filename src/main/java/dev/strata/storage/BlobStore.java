package dev.strata.storage;

import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.RegistryException;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Predicate;

/**
 * Stores blobs by digest, each once. Bytes come in through upload sessions, which survive a restart.
 *
 * <p>A blob becomes durable in two steps, so that the metadata can be written between them: {@link Upload#commit}
 * makes the bytes durable, {@link Upload#finish} forgets the session once a row points at them. What a crash left
 * between the two is put right by {@link #recover}.
 */
public interface BlobStore {

    /**
     * Starts an upload session.
     *
     * @param owner who may go on with it, as an opaque text
     * @param algorithm what its content will be hashed with while it arrives
     */
    Upload create(String owner, DigestAlgorithm algorithm) throws IOException;

    /**
     * Takes a session to write to it. Only one caller has it at a time.
     *
     * @throws RegistryException UPLOAD_UNKNOWN where the owner has no such session, UPLOAD_BUSY while another caller
     *     has it
     */
    Upload open(String owner, UploadId id) throws IOException;

    /**
     * How many bytes of a session have arrived, also while someone writes to it.
     *
     * @throws RegistryException UPLOAD_UNKNOWN
     */
    long received(String owner, UploadId id) throws IOException;

    /**
     * Finds a blob's bytes. Bytes that are plainly broken are set aside, so that the next push can heal them.
     *
     * @return empty where the bytes are missing or broken
     */
    Optional<BlobContent> find(StoredBlob blob) throws IOException;

    /** Says whether there is anything under a blob's name, whole or not. */
    boolean has(StoredBlob blob) throws IOException;

    /**
     * Deletes a blob's bytes, unless an upload has put them there for a row that is yet to be written: then, and where they
     * are wanted after all, they stay.
     *
     * @param isWanted asked when no upload can bring them any more: whether a row points at them
     */
    Deletion delete(StoredBlob blob, BooleanSupplier isWanted) throws IOException;

    /** Makes it durable that blobs were deleted. */
    void forceDeletions(Collection<StoredBlob> deleted);

    /** Keeps all bytes as they are until it is closed, by the thread that got it. */
    interface Kept extends AutoCloseable {

        @Override
        void close();
    }

    /** Lets nobody delete bytes that rows pointed at when this was called: until it is closed, all of them are BUSY. */
    Kept keepAll();

    /** What became of bytes that were to be deleted. */
    enum Deletion {
        /** They are gone, or were not there. */
        DELETED,
        WANTED,
        /** An upload has them in its hands, or a backup is being written; it can be tried again. */
        BUSY
    }

    /** How a blob's bytes are. */
    enum Condition {
        SOUND,
        /** They are others than its digest says, and are set aside, so that the next push can heal them. */
        BROKEN,
        MISSING,
        /** The disk does not give them back; the next push replaces them. */
        UNREADABLE
    }

    /**
     * Reads all of a blob again and computes its digest.
     *
     * @param read told of each part that was read; it may take its time
     */
    Condition check(StoredBlob blob, IntConsumer read) throws IOException;

    /**
     * Reserves room for content that is about to be written, here or in the metadata.
     *
     * @param bytes how many are known to come, 0 where that is unknown
     * @throws RegistryException STORAGE_FULL
     */
    void requireRoom(long bytes);

    /**
     * Deletes sessions to which nobody has written since then.
     *
     * @param abandoned told of each blob that one of them had brought, and to which a row may not point
     */
    int expireUploads(Instant idleSince, Consumer<StoredBlob> abandoned) throws IOException;

    /** Whether no blob's bytes are here, of which a row knows or not. */
    boolean isEmpty() throws IOException;

    /** How many upload sessions there are. */
    int uploads();

    /**
     * Puts right what a crash left, before the first request.
     *
     * @param finish does for an upload whose bytes had been committed what would have come next: makes a row point at
     *     them
     * @param isBlob whether a row points at bytes, by their location. An upload that still has such bytes is forgotten and
     *     they stay: the embedded database loses in a crash what it heard last of uploads, but nothing of blobs
     */
    Recovery recover(BiConsumer<String, StoredBlob> finish, Predicate<String> isBlob) throws IOException;

    /** Checks that the store can be written and read; throws where it cannot. */
    void probe() throws IOException;

    /**
     * What {@link #recover} found.
     *
     * @param resumable sessions that clients can go on with
     * @param finished sessions whose bytes had been committed
     * @param discarded directories that were no whole session
     */
    record Recovery(int resumable, int finished, int discarded) {}
}
