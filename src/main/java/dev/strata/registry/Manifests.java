package dev.strata.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.strata.access.rules.Allowance;
import dev.strata.json.StrictJson;
import dev.strata.memory.MemoryBudget.Share;
import dev.strata.memory.SharedContent;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.oci.Manifest;
import dev.strata.oci.MediaType;
import dev.strata.oci.Reference;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.storage.BlobStore;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.stereotype.Service;

/** Manifests: pulled, pushed, deleted. Their bytes never change, so those that are pulled often stay in memory. */
@Service
public class Manifests {

    /** In bytes; most manifests are smaller, and are not counted. */
    private static final long SMALL = 16 * 1024;
    /** How often its bytes go to the disk: to the journal, and to the database with what belongs to it. */
    private static final long COPIES_STORED = 3;
    /** How often its bytes are in memory while a manifest is written to the database. */
    private static final long COPIES_WRITTEN = 4;

    private final ManifestTable manifests;
    private final RepositoryTable repositories;
    private final ManifestRecorder recorder;
    private final ManifestDeletions deletions;
    private final DeletionsAlong along;
    private final Supplier<DeletionId> ids;
    private final BlobStore store;
    private final Allowance allowance;
    private final RegistryProperties properties;
    private final DocumentMemory memory;
    private final Cache<Digest, byte[]> contents;

    Manifests(
            ManifestTable manifests,
            RepositoryTable repositories,
            ManifestRecorder recorder,
            ManifestDeletions deletions,
            DeletionsAlong along,
            Supplier<DeletionId> ids,
            BlobStore store,
            Allowance allowance,
            RegistryProperties properties,
            DocumentMemory memory) {
        this.manifests = manifests;
        this.repositories = repositories;
        this.recorder = recorder;
        this.deletions = deletions;
        this.along = along;
        this.ids = ids;
        this.store = store;
        this.allowance = allowance;
        this.properties = properties;
        this.memory = memory;
        this.contents = Caffeine.newBuilder()
                .maximumWeight(properties.manifestCache().toBytes())
                .weigher((Digest digest, byte[] content) -> content.length + 256)
                .build();
        memory.whenShort(contents::invalidateAll);
    }

    /**
     * Finds a manifest: OCI Distribution Specification, "Pulling manifests".
     *
     * @throws RegistryException MANIFEST_UNKNOWN, NAME_UNKNOWN
     */
    public StoredManifest get(RepositoryName repository, Reference reference) {
        return find(repository, reference).orElseThrow(() -> unknown(repository, reference));
    }

    Optional<StoredManifest> find(RepositoryName repository, Reference reference) {
        Optional<LinkedManifest> manifest =
                switch (reference) {
                    case Tag(String name) -> manifests.find(repository, name);
                    case Digest digest -> manifests.find(repository, digest);
                };
        return manifest.map(this::stored);
    }

    /** A manifest's bytes, from memory where they are there. */
    StoredManifest stored(LinkedManifest manifest) {
        byte[] content = contents.getIfPresent(manifest.digest());
        long size = content != null ? content.length : manifests.size(manifest.id()).orElse(0);
        if (size > SMALL) {
            content = null; // nobody holds it while they wait
            memory.keep(manifest.digest(), size);
        }
        return new StoredManifest(
                manifest.digest(), manifest.mediaType(), content != null ? content : content(manifest, size));
    }

    private byte[] content(LinkedManifest manifest, long size) {
        if (size <= SMALL) {
            return contents.get(manifest.digest(), digest -> read(manifest));
        }
        // Before the cache's lock, under which nobody waits. The database has the bytes once more meanwhile.
        try (SharedContent.Hold _ = memory.load(manifest.digest(), size)) {
            return contents.get(manifest.digest(), digest -> read(manifest));
        }
    }

    private byte[] read(LinkedManifest manifest) {
        return manifests
                .content(manifest.id())
                .orElseThrow(() -> new RegistryException(
                        Problem.MANIFEST_UNKNOWN,
                        "the manifest was collected, or found damaged; pushing it again brings it back",
                        Map.of("digest", manifest.digest().toString())));
    }

    /** Its bytes are not remembered. */
    void evict(Digest digest) {
        contents.invalidate(digest);
    }

    /** What a manifest says. The caller's request is taken to keep it until it ends. */
    public Manifest read(StoredManifest manifest) {
        try (DocumentMemory.Reading _ = memory.read(StrictJson.memory(manifest.content()))) {
            return Manifest.parse(manifest.content(), manifest.mediaType());
        }
    }

    /** The largest manifest that is accepted, in bytes. */
    public long maxSize() {
        return properties.manifestMaxSize().toBytes();
    }

    /**
     * Takes a manifest: OCI Distribution Specification, "Pushing manifests". When this returns, nothing can take it
     * away.
     *
     * @param reference the tag that it gets, or the digest that it must have
     * @param tags further tags that it gets
     * @param pusher who pushes it. One who may push temporary images alone has seen to it that the tags are theirs
     * @return its digest, and what it is about
     * @throws RegistryException MANIFEST_INVALID, MANIFEST_BLOB_UNKNOWN, DIGEST_INVALID, SIZE_INVALID, STORAGE_FULL,
     *     QUOTA_EXCEEDED, and FORBIDDEN for what is about another manifest, or is under a tag of somebody else, where the
     *     pusher may push temporary images alone
     */
    public Pushed put(
            RepositoryName repository,
            Reference reference,
            Collection<Tag> tags,
            MediaType mediaType,
            byte[] content,
            Pusher pusher) {
        Digest digest =
                switch (reference) {
                    case Tag tag -> Digest.ofContent(DigestAlgorithm.SHA256, content);
                    case Digest expected -> requireDigest(expected, content);
                };
        Manifest manifest = Manifest.parse(content, mediaType);
        if (pusher.onlyTemporary() && manifest.subject().isPresent()) { // it would be listed among that one's referrers
            throw new RegistryException(
                    Problem.FORBIDDEN,
                    "you may not push what is about another manifest here",
                    Map.of("name", repository.value(), "needed", "push"));
        }
        store.requireRoom(COPIES_STORED * content.length);
        allowance.require(repository, content.length);
        List<Tag> allTags = reference instanceof Tag tag ? List.of(tag) : List.copyOf(tags);
        try (Share _ = memory.take(COPIES_WRITTEN * content.length)) {
            Set<Digest> missing = recorder.record(
                    new ManifestPush(repository, digest, mediaType, content, allTags, pusher), manifest);
            return new Pushed(digest, manifest.subject(), missing);
        }
    }

    private static Digest requireDigest(Digest expected, byte[] content) {
        Digest actual = Digest.ofContent(expected.algorithm(), content);
        if (!actual.equals(expected)) {
            throw new RegistryException(
                    Problem.DIGEST_INVALID,
                    "the manifest has another digest",
                    Map.of("expected", expected.toString(), "actual", actual.toString()));
        }
        return actual;
    }

    /**
     * Deletes a manifest from a repository, and with it its tags and what was only there for it; other repositories keep it.
     *
     * @throws RegistryException MANIFEST_UNKNOWN, NAME_UNKNOWN, or UNSUPPORTED where deletion is switched off
     */
    public void delete(RepositoryName repository, Digest digest) {
        properties.requireDelete();
        DeletionId deletion = ids.get();
        Instant at = deletions.delete(repository, digest, deletion).orElseThrow(() -> unknown(repository, digest));
        along.followFew(new DeletionsAlong.Deleted(repository, digest, deletion, at));
    }

    private RegistryException unknown(RepositoryName repository, Reference reference) {
        if (repositories.findId(repository).isEmpty()) {
            return Blobs.nameUnknown(repository);
        }
        return new RegistryException(
                Problem.MANIFEST_UNKNOWN,
                "the repository has no such manifest",
                Map.of("name", repository.value(), "reference", reference.toString()));
    }

    /**
     * A manifest that was taken.
     *
     * @param digest what it can be pulled by
     * @param subject what it is about, whether present or not
     * @param missing the blobs of it that the repository does not have
     */
    public record Pushed(Digest digest, Optional<Digest> subject, Set<Digest> missing) {}
}
