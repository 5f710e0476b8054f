package dev.strata.storage.files;

import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.RegistryException;
import dev.strata.storage.BlobStore;
import dev.strata.storage.StoredBlob;
import dev.strata.storage.UploadId;
import java.io.IOException;
import java.time.Instant;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The upload sessions of a data directory, and who has them. */
interface UploadSessions {

    /** Begins one, which the caller has. */
    FileSystemUpload create(UploadId id, String owner, DigestAlgorithm algorithm) throws IOException;

    /** @throws RegistryException as {@link BlobStore#open} */
    FileSystemUpload take(String owner, UploadId id) throws IOException;

    /** @throws RegistryException UPLOAD_UNKNOWN */
    long received(String owner, UploadId id) throws IOException;

    /** Whoever had it has it no more. */
    void release(FileSystemUpload upload);

    /** It is over; its directory is gone. */
    void forget(FileSystemUpload upload);

    int count() throws IOException;

    /** As {@link BlobStore#expireUploads}. */
    int expire(Instant idleSince, Consumer<StoredBlob> abandoned) throws IOException;

    /** As {@link BlobStore#recover}. */
    BlobStore.Recovery recover(BiConsumer<String, StoredBlob> finish) throws IOException;
}
