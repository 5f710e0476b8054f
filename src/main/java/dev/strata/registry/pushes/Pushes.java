package dev.strata.registry.pushes;

import dev.strata.access.rules.Allowance;
import dev.strata.memory.MemoryBudget.Share;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.oci.Manifest;
import dev.strata.oci.MediaType;
import dev.strata.oci.Reference;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.RegistryProperties;
import dev.strata.registry.changes.ManifestPush;
import dev.strata.registry.changes.Pusher;
import dev.strata.registry.events.CacheTaken;
import dev.strata.registry.manifests.DocumentMemory;
import dev.strata.registry.manifests.ManifestTable;
import dev.strata.storage.BlobStore;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;

/** Manifests as they are pushed. */
@Service
public class Pushes {

    /** How often its bytes go to the disk: to the journal, and to the database with what belongs to it. */
    private static final long COPIES_STORED = 3;
    /** How often its bytes are in memory while a manifest is written to the database. */
    private static final long COPIES_WRITTEN = 4;

    private final ManifestRecorder recorder;
    private final BlobStore store;
    private final Allowance allowance;
    private final RegistryProperties properties;
    private final DocumentMemory memory;
    private final MergedTags merged;
    private final ManifestTable manifests;
    private final ApplicationEventPublisher events;

    Pushes(
            ManifestRecorder recorder,
            BlobStore store,
            Allowance allowance,
            RegistryProperties properties,
            DocumentMemory memory,
            MergedTags merged,
            ManifestTable manifests,
            ApplicationEventPublisher events) {
        this.recorder = recorder;
        this.store = store;
        this.allowance = allowance;
        this.properties = properties;
        this.memory = memory;
        this.merged = merged;
        this.manifests = manifests;
        this.events = events;
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
        List<Tag> allTags = reference instanceof Tag tag ? List.of(tag) : List.copyOf(tags);
        ManifestPush push = new ManifestPush(repository, digest, mediaType, content, allTags, pusher);
        Set<Digest> missing = record(push, manifest, () -> true);
        List<Tag> addedUnder = merged.of(push, manifest);
        if (!addedUnder.isEmpty()) {
            events.publishEvent(new CacheTaken(repository, addedUnder, digest));
        }
        return new Pushed(digest, manifest.subject(), missing);
    }

    /**
     * Takes a manifest in the place of another one, as {@link #put} does, for the registry itself.
     *
     * @param from what the tag has to point at until then
     * @return its digest
     * @throws RegistryException PRECONDITION_FAILED where it points elsewhere, and as {@link #put}
     */
    public Digest replace(RepositoryName repository, Tag tag, Digest from, MediaType mediaType, byte[] content) {
        ManifestPush push = new ManifestPush(
                repository,
                Digest.ofContent(DigestAlgorithm.SHA256, content),
                mediaType,
                content,
                List.of(tag),
                Pusher.UNBOUND);
        record(push, push.manifest(), () -> manifests
                .find(repository, tag.name())
                .filter(pointed -> pointed.digest().equals(from))
                .isPresent());
        return push.digest();
    }

    private Set<Digest> record(ManifestPush push, Manifest manifest, BooleanSupplier still) {
        store.requireRoom(COPIES_STORED * push.content().length);
        allowance.require(push.repository(), push.content().length);
        try (Share _ = memory.take(COPIES_WRITTEN * push.content().length)) {
            return recorder.record(push, manifest, still);
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
     * A manifest that was taken.
     *
     * @param digest what it can be pulled by
     * @param subject what it is about, whether present or not
     * @param missing the blobs of it that the repository does not have
     */
    public record Pushed(Digest digest, Optional<Digest> subject, Set<Digest> missing) {}
}
