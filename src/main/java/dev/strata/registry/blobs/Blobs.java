package dev.strata.registry.blobs;

import dev.strata.access.rights.ReadableRepositories;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.events.Arrival;
import dev.strata.registry.repositories.Catalog;
import dev.strata.registry.repositories.RepositoryTable;
import dev.strata.storage.BlobContent;
import dev.strata.storage.BlobStore;
import dev.strata.storage.StoredBlob;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The blobs of repositories: pulled and mounted. Each is stored once, and seen where it was pushed or mounted. */
@Service
public class Blobs {

    private static final Logger log = LoggerFactory.getLogger(Blobs.class);

    private final BlobStore store;
    private final BlobTable blobs;
    private final BlobLinks links;
    private final Renewals renewals;
    private final RepositoryTable repositories;

    Blobs(BlobStore store, BlobTable blobs, BlobLinks links, Renewals renewals, RepositoryTable repositories) {
        this.store = store;
        this.blobs = blobs;
        this.links = links;
        this.renewals = renewals;
        this.repositories = repositories;
    }

    /**
     * Finds a blob of a repository: OCI Distribution Specification, "Pulling blobs".
     *
     * @throws RegistryException BLOB_UNKNOWN, also where its bytes were found broken; NAME_UNKNOWN
     */
    public BlobContent get(RepositoryName repository, Digest digest) throws IOException {
        return find(repository, digest).map(Present::content).orElseThrow(() -> unknown(repository, digest));
    }

    /**
     * Finds a blob of a repository for somebody who relies on it from now on: it stays for the grace. Empty as where
     * {@link #get} throws.
     */
    public Optional<BlobContent> promise(RepositoryName repository, Digest digest) throws IOException {
        Optional<Present> found = find(repository, digest);
        return found.isEmpty() || renewals.renew(repository, List.of(found.get().blob())).isEmpty()
                ? Optional.empty()
                : found.map(Present::content);
    }

    private record Present(LinkedBlob blob, BlobContent content) {}

    private Optional<Present> find(RepositoryName repository, Digest digest) throws IOException {
        Optional<LinkedBlob> blob = blobs.find(repository, digest);
        Optional<BlobContent> content = blob.isPresent() ? store.find(blob.get().stored()) : Optional.empty();
        if (blob.isPresent() && content.isEmpty() && blobs.find(repository, digest).isPresent()) {
            log.error("{} of {} cannot be served, its bytes are missing or broken; pushing it again heals it", digest, repository);
        }
        return content.map(bytes -> new Present(blob.get(), bytes));
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
                ? blobs.find(from.get(), digest)
                        .filter(found -> readable.include(from.get().value()))
                        .map(LinkedBlob::stored)
                : findAnywhere(digest, readable);
        return blob.isPresent() && isMounted(repository, blob.get(), Arrival.MOUNTED);
    }

    /**
     * Links a blob that a client asks for and one of the repositories has, and says so.
     *
     * @param condition on which it is linked; asked where one of them has it
     */
    public boolean link(RepositoryName repository, Digest digest, ReadableRepositories readable, BooleanSupplier condition)
            throws IOException {
        Optional<StoredBlob> blob = findAnywhere(digest, readable);
        return blob.isPresent()
                && condition.getAsBoolean()
                && isMounted(repository, blob.get(), Arrival.ASKED_FOR);
    }

    private boolean isMounted(RepositoryName repository, StoredBlob blob, Arrival arrival) throws IOException {
        return store.find(blob).isPresent() && links.mount(repository, blob, arrival);
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

    /**
     * Links a blob again that was deleted from a repository.
     *
     * @throws RegistryException BLOB_UNKNOWN where it is not stored any more
     */
    public void restore(RepositoryName repository, Digest digest) {
        if (blobs.findStored(digest).filter(blob -> links.mount(repository, blob, Arrival.MOUNTED)).isEmpty()) {
            throw unknown(repository, digest);
        }
    }

    /**
     * The sizes, in bytes, of those of the blobs that can be pulled from the repository, for somebody who relies on it: each
     * stays for the grace.
     */
    public Map<Digest, Long> promiseAll(RepositoryName repository, Collection<Digest> digests) throws IOException {
        Optional<Long> repositoryId = repositories.findId(repository);
        if (repositoryId.isEmpty()) {
            return Map.of();
        }
        List<LinkedBlob> present = new ArrayList<>();
        for (LinkedBlob blob : blobs.findAll(repositoryId.get(), digests).values()) {
            if (store.find(blob.stored()).isPresent()) {
                present.add(blob);
            }
        }
        return renewals.renew(repository, present).stream()
                .collect(Collectors.toMap(blob -> blob.stored().digest(), blob -> blob.stored().size()));
    }

    /**
     * Promises within the running transaction, for the sake of what it writes, that a repository has a blob; says whether it
     * has. Until the transaction ends nobody takes it away.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public boolean promiseWithin(long repositoryId, RepositoryName repository, Digest digest) {
        return renewals.renewWithin(repositoryId, repository, digest);
    }

    /** Says that a repository has no such blob, or that it is not there itself. */
    public RegistryException unknown(RepositoryName repository, Digest digest) {
        if (repositories.findId(repository).isEmpty()) {
            return Catalog.nameUnknown(repository);
        }
        return new RegistryException(
                Problem.BLOB_UNKNOWN,
                "the repository has no such blob",
                Map.of("name", repository.value(), "digest", digest.toString()));
    }
}
