package dev.strata.registry.blobs;

import dev.strata.access.rules.Allowance;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.events.BlobAbandoned;
import dev.strata.storage.BlobStore;
import dev.strata.storage.StorageProperties;
import dev.strata.storage.StoredBlob;
import dev.strata.storage.Upload;
import dev.strata.storage.UploadId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;

/** Uploads under way, from their start to the blob: OCI Distribution Specification, "Pushing blobs". */
@Service
public class Uploads {

    private static final Logger log = LoggerFactory.getLogger(Uploads.class);

    private final BlobStore store;
    private final BlobLinks links;
    private final BlobTable blobs;
    private final Allowance allowance;
    private final StorageProperties properties;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    Uploads(
            BlobStore store,
            BlobLinks links,
            BlobTable blobs,
            Allowance allowance,
            StorageProperties properties,
            ApplicationEventPublisher events,
            Clock clock) {
        this.store = store;
        this.links = links;
        this.blobs = blobs;
        this.allowance = allowance;
        this.properties = properties;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Starts an upload into a repository.
     *
     * @param who begins it, and alone may go on with it; in all other methods, who asks
     * @throws RegistryException QUOTA_EXCEEDED, as all methods that take bytes
     */
    public UploadId start(RepositoryName repository, String who, DigestAlgorithm algorithm) throws IOException {
        allowance.require(repository, 0);
        try (Upload upload = store.create(UploadOwner.of(repository, who), algorithm)) {
            return upload.id();
        }
    }

    /** Takes a blob in one request. Where that fails nothing of it stays. */
    public void push(RepositoryName repository, String who, Digest digest, Chunk content) throws IOException {
        allowance.require(repository, Math.max(0, content.length()));
        try (Upload upload = store.create(UploadOwner.of(repository, who), digest.algorithm())) {
            try {
                upload.append(content.body(), content.length());
            } catch (RegistryException e) {
                upload.discard(); // nobody was told its name
                throw e;
            }
            commit(repository, upload, digest);
        }
    }

    /**
     * Takes a file of this machine as a blob; it must never change. Where that fails nothing of it stays. When this returns,
     * nothing can take the blob away.
     *
     * @throws RegistryException DIGEST_INVALID, STORAGE_FULL, QUOTA_EXCEEDED
     * @throws IOException where the file cannot be read
     */
    public Upload.Taken take(RepositoryName repository, Digest digest, Path file) throws IOException {
        allowance.require(repository, Files.size(file));
        try (Upload upload = store.create(UploadOwner.of(repository, ""), digest.algorithm())) {
            boolean isCommitted = false;
            try {
                Upload.Taken how = upload.take(file);
                commit(repository, upload, digest);
                isCommitted = true;
                return how;
            } finally {
                if (!isCommitted) {
                    upload.committed().ifPresent(this::abandon);
                    upload.discard();
                }
            }
        }
    }

    /**
     * Appends a chunk.
     *
     * @return how many bytes have arrived
     * @throws RegistryException UPLOAD_UNKNOWN, UPLOAD_BUSY, UPLOAD_OUT_OF_ORDER, SIZE_INVALID, STORAGE_FULL
     */
    public long append(RepositoryName repository, String who, UploadId id, Chunk chunk) throws IOException {
        try (Upload upload = store.open(UploadOwner.of(repository, who), id)) {
            if (chunk.first().isPresent()) {
                upload.expectChunks();
            }
            append(repository, upload, chunk);
            upload.keep();
            return upload.received();
        }
    }

    /**
     * Closes an upload: what arrived, and a last chunk, become a blob of the repository. When this returns, nothing
     * can take it away.
     *
     * @throws RegistryException as {@link #append}, and DIGEST_INVALID, upon which nothing is kept
     */
    public void close(RepositoryName repository, String who, UploadId id, Digest digest, Chunk last) throws IOException {
        try (Upload upload = store.open(UploadOwner.of(repository, who), id)) {
            append(repository, upload, last);
            commit(repository, upload, digest);
        }
    }

    /** How many bytes of an upload have arrived. */
    public long received(RepositoryName repository, String who, UploadId id) throws IOException {
        return store.received(UploadOwner.of(repository, who), id);
    }

    /** Cancels an upload. */
    public void cancel(RepositoryName repository, String who, UploadId id) throws IOException {
        try (Upload upload = store.open(UploadOwner.of(repository, who), id)) {
            upload.committed().ifPresent(this::abandon);
            upload.discard();
        }
    }

    private void append(RepositoryName repository, Upload upload, Chunk chunk) throws IOException {
        if (chunk.first().isPresent() && chunk.first().getAsLong() != upload.received()) {
            throw new RegistryException(
                    Problem.UPLOAD_OUT_OF_ORDER,
                    "the chunk does not begin where the upload stands",
                    Map.of("first", chunk.first().getAsLong(), "received", upload.received()));
        }
        allowance.require(repository, upload.received() + Math.max(0, chunk.length()));
        upload.append(chunk.body(), chunk.length());
    }

    private void commit(RepositoryName repository, Upload upload, Digest digest) throws IOException {
        StoredBlob blob = upload.commit(digest);
        links.link(repository, blob);
        upload.finish();
    }

    private void abandon(StoredBlob blob) {
        events.publishEvent(new BlobAbandoned(blob));
    }

    /** Puts right what a crash left of uploads: one whose bytes were whole becomes a blob of its repository. */
    public BlobStore.Recovery recover() throws IOException {
        return store.recover((owner, blob) -> links.link(UploadOwner.repository(owner), blob), blobs::isAt);
    }

    @Scheduled(fixedDelayString = "PT10M", initialDelayString = "PT1M")
    void expire() throws IOException {
        int expired = store.expireUploads(clock.instant().minus(properties.uploadIdleTimeout()), this::abandon);
        if (expired > 0) {
            log.info("Deleted {} uploads that were idle for {}", expired, properties.uploadIdleTimeout());
        }
    }
}
