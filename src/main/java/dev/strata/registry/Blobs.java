package dev.strata.registry;

import dev.strata.access.rights.ReadableRepositories;
import dev.strata.database.Durability;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.storage.BlobContent;
import dev.strata.storage.BlobStore;
import dev.strata.storage.StoredBlob;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.stereotype.Service;

/** The blobs of repositories: pulled, mounted, deleted. Each is stored once, and seen where it was pushed or mounted. */
@Service
public class Blobs {

    private final RepositoryChanges changes;
    private final BlobStore store;
    private final BlobTable blobs;
    private final RepositoryTable repositories;
    private final KeptTags kept;
    private final Durability durability;
    private final ApplicationEventPublisher events;
    private final RegistryProperties properties;
    private final Clock clock;

    Blobs(
            RepositoryChanges changes,
            BlobStore store,
            BlobTable blobs,
            RepositoryTable repositories,
            KeptTags kept,
            Durability durability,
            ApplicationEventPublisher events,
            RegistryProperties properties,
            Clock clock) {
        this.changes = changes;
        this.store = store;
        this.blobs = blobs;
        this.repositories = repositories;
        this.kept = kept;
        this.durability = durability;
        this.events = events;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * Finds a blob of a repository: OCI Distribution Specification, "Pulling blobs".
     *
     * @throws RegistryException BLOB_UNKNOWN, also where its bytes were found broken; NAME_UNKNOWN
     */
    public BlobContent get(RepositoryName repository, Digest digest) throws IOException {
        Optional<StoredBlob> blob = blobs.find(repository, digest);
        Optional<BlobContent> content = blob.isPresent() ? store.find(blob.get()) : Optional.empty();
        return content.orElseThrow(() -> unknown(repository, digest));
    }

    /**
     * Links a blob that another repository has: OCI Distribution Specification, "Mounting a blob from another
     * repository".
     *
     * @param from the repository that must have it; where that is left open, any
     * @param readable the repositories that the caller may read: a blob of another one is as one that is not there
     * @return whether the blob is there now; where it is not, the caller uploads it
     */
    public boolean mount(
            RepositoryName repository, Digest digest, Optional<RepositoryName> from, ReadableRepositories readable)
            throws IOException {
        Optional<StoredBlob> blob = from.isPresent()
                ? blobs.find(from.get(), digest).filter(found -> readable.include(from.get().value()))
                : findAnywhere(digest, readable);
        if (blob.isEmpty() || store.find(blob.get()).isEmpty()) {
            return false;
        }
        record(repository, blob.get(), true);
        return true;
    }

    /** Of those that have it, some are asked: that they are not among them costs an upload and nothing else. */
    private Optional<StoredBlob> findAnywhere(Digest digest, ReadableRepositories readable) {
        if (readable.areAll()) {
            return blobs.findLinkedAnywhere(digest);
        }
        return blobs.someThatHave(digest).stream().anyMatch(readable::include)
                ? blobs.findLinkedAnywhere(digest)
                : Optional.empty();
    }

    /** Links a blob whose bytes have just become durable. */
    public void link(RepositoryName repository, StoredBlob blob) {
        record(repository, blob, false);
    }

    private void record(RepositoryName repository, StoredBlob blob, boolean mounted) {
        changes.make("link a blob", repository, () -> recordNow(repository, blob, mounted));
    }

    /** Says whether the repository did not have it. */
    private boolean recordNow(RepositoryName repository, StoredBlob blob, boolean mounted) {
        Instant now = clock.instant();
        Rows.Row row = blobs.findOrCreate(blob, now);
        long repositoryId = repositories.findOrCreate(repository);
        boolean linked = link(repositoryId, row, now);
        events.publishEvent(new BlobLinked(
                repositoryId, repository, row.id(), blob.digest(), blob.size(), row.isNew(), linked, mounted));
        durability.append(Change.FEATURE, new Change.LinkBlob(repository, blob).toBytes());
        return linked;
    }

    /** Says whether the repository did not have it. */
    private boolean link(long repositoryId, Rows.Row row, Instant now) {
        for (int attempt = 0; attempt < ManifestRecorder.ATTEMPTS; attempt++) {
            if (!row.isNew() && blobs.lockLink(repositoryId, row.id())) {
                return false;
            }
            if (blobs.link(repositoryId, row.id(), now)) {
                return true;
            }
        }
        throw new PessimisticLockingFailureException("The blob's link is being deleted again and again");
    }

    /**
     * Deletes a blob from a repository; other repositories keep it.
     *
     * @throws RegistryException BLOB_UNKNOWN, NAME_UNKNOWN, TAG_IMMUTABLE, or UNSUPPORTED where deletion is switched off
     */
    public void delete(RepositoryName repository, Digest digest) {
        properties.requireDelete();
        kept.requireNoneOn(repository, digest);
        if (!unlink(repository, digest)) {
            throw unknown(repository, digest);
        }
    }

    /** Says whether the repository had it. */
    boolean unlink(RepositoryName repository, Digest digest) {
        return changes.make("unlink a blob", repository, () -> unlinkNow(repository, digest));
    }

    private boolean unlinkNow(RepositoryName repository, Digest digest) {
        Optional<Long> repositoryId = repositories.findId(repository);
        Optional<BlobTable.Found> blob = blobs.find(digest);
        if (repositoryId.isEmpty() || blob.isEmpty() || !blobs.unlink(repositoryId.get(), blob.get().id())) {
            return false;
        }
        repositories.countBlobDeletion(repositoryId.get());
        events.publishEvent(
                new BlobUnlinked(repositoryId.get(), repository, blob.get().id(), digest, blob.get().size()));
        durability.append(Change.FEATURE, new Change.UnlinkBlob(repository, digest).toBytes());
        return true;
    }

    /** The sizes, in bytes, of those of the blobs that can be pulled from the repository. */
    public Map<Digest, Long> sizes(RepositoryName repository, Collection<Digest> digests) throws IOException {
        Map<Digest, Long> sizes = new HashMap<>();
        Optional<Long> repositoryId = repositories.findId(repository);
        if (repositoryId.isPresent()) {
            for (StoredBlob blob : blobs.findAll(repositoryId.get(), digests).values()) {
                if (store.find(blob).isPresent()) {
                    sizes.put(blob.digest(), blob.size());
                }
            }
        }
        return sizes;
    }

    private RegistryException unknown(RepositoryName repository, Digest digest) {
        if (repositories.findId(repository).isEmpty()) {
            return nameUnknown(repository);
        }
        return new RegistryException(
                Problem.BLOB_UNKNOWN,
                "the repository has no such blob",
                Map.of("name", repository.value(), "digest", digest.toString()));
    }

    static RegistryException nameUnknown(RepositoryName repository) {
        return new RegistryException(
                Problem.NAME_UNKNOWN, "there is no such repository", Map.of("name", repository.value()));
    }
}
