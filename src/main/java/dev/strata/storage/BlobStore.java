package dev.strata.storage;

import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.RegistryException;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiConsumer;

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

    /**
     * Reserves room for content that is about to be written, here or in the metadata.
     *
     * @param bytes how many are known to come, 0 where that is unknown
     * @throws RegistryException STORAGE_FULL
     */
    void requireRoom(long bytes);

    /** Deletes sessions to which nobody has written since then. */
    int expireUploads(Instant idleSince) throws IOException;

    /** How many upload sessions there are. */
    int uploads();

    /**
     * Puts right what a crash left, before the first request.
     *
     * @param finish does for an upload whose bytes had been committed what would have come next: makes a row point at
     *     them
     */
    Recovery recover(BiConsumer<String, StoredBlob> finish) throws IOException;

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
