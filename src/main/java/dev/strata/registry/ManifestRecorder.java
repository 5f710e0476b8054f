package dev.strata.registry;

import dev.strata.database.Durability;
import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.Manifest;
import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.storage.BlobStore;
import dev.strata.storage.StoredBlob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.stereotype.Component;

/** Writes manifests with all of their rows in one transaction. */
@Component
class ManifestRecorder {

    /** Someone else can come between looking for a row and writing it, but not for ever. */
    static final int ATTEMPTS = 5;
    /** So few that they are deleted, with what listens, in a fraction of the time that a transaction may take. */
    static final int TAGS_A_TRANSACTION = 200;

    private final RepositoryChanges changes;
    private final BlobStore store;
    private final RepositoryTable repositories;
    private final BlobTable blobs;
    private final ManifestTable manifests;
    private final TagTable tags;
    private final KeptTags kept;
    private final Durability durability;
    private final ApplicationEventPublisher events;
    private final RegistryProperties properties;
    private final Clock clock;

    ManifestRecorder(
            RepositoryChanges changes,
            BlobStore store,
            RepositoryTable repositories,
            BlobTable blobs,
            ManifestTable manifests,
            TagTable tags,
            KeptTags kept,
            Durability durability,
            ApplicationEventPublisher events,
            RegistryProperties properties,
            Clock clock) {
        this.changes = changes;
        this.store = store;
        this.repositories = repositories;
        this.blobs = blobs;
        this.manifests = manifests;
        this.tags = tags;
        this.kept = kept;
        this.durability = durability;
        this.events = events;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * Returns the blobs that are missing and may be.
     *
     * @throws RegistryException MANIFEST_BLOB_UNKNOWN with each digest that is missing, SIZE_INVALID, TAG_IMMUTABLE
     */
    Set<Digest> record(Change.PutManifest pushed, Manifest manifest) {
        return changes.make("put a manifest", pushed.repository(), () -> {
            long repositoryId = repositories.findOrCreate(pushed.repository());
            Set<Digest> missing = requireBlobs(repositoryId, manifest);
            write(pushed, manifest, repositoryId, false);
            return missing;
        });
    }

    /** Writes what was checked when it was pushed. */
    void recordAgain(Change.PutManifest pushed) {
        changes.make(
                "put a manifest again",
                pushed.repository(),
                () -> write(pushed, pushed.manifest(), repositories.findOrCreate(pushed.repository()), true));
    }

    /**
     * Says whether there are tags that were not there before.
     *
     * @param again whether it was allowed before
     */
    private boolean write(Change.PutManifest pushed, Manifest manifest, long repositoryId, boolean again) {
        Instant now = clock.instant();
        Rows.Row row = manifests.findOrCreate(pushed.digest(), manifest, pushed.content(), now);
        boolean linked = link(repositoryId, row, manifest, now);
        events.publishEvent(new ManifestPushed(
                repositoryId,
                pushed.repository(),
                row.id(),
                pushed.digest(),
                manifest,
                pushed.content(),
                row.isNew(),
                linked));
        boolean newTags = false;
        // In one order for everyone, so that no two transactions wait for each other.
        for (Tag tag : pushed.tags().stream().sorted().distinct().toList()) {
            newTags |= setTag(repositoryId, pushed.repository(), tag, row.id(), now, again);
        }
        if (newTags) {
            repositories.countTagChange(repositoryId);
        }
        durability.append(Change.FEATURE, pushed.toBytes());
        return newTags;
    }

    /** Says whether the tag is new. */
    private boolean setTag(
            long repositoryId, RepositoryName repository, Tag tag, long manifestId, Instant now, boolean again) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            OptionalLong from = tags.lock(repositoryId, tag);
            if (from.isPresent()) {
                if (!again && from.getAsLong() != manifestId) {
                    kept.requireNone(repository, List.of(tag));
                }
                tags.move(repositoryId, tag, manifestId, now);
            }
            if (from.isPresent() || tags.insert(repositoryId, tag, manifestId, now)) {
                if (from.isEmpty() || from.getAsLong() != manifestId) {
                    events.publishEvent(new TagMoved(repositoryId, repository, tag, from, manifestId));
                }
                return from.isEmpty();
            }
        }
        throw new PessimisticLockingFailureException("The tag " + tag + " is being deleted again and again");
    }

    private Set<Digest> requireBlobs(long repositoryId, Manifest manifest) {
        Map<Digest, StoredBlob> there = blobs.findAll(
                repositoryId, manifest.blobs().stream().map(Descriptor::digest).toList());
        Set<Digest> missing = new LinkedHashSet<>();
        for (Descriptor descriptor : manifest.blobs()) {
            StoredBlob blob = there.get(descriptor.digest());
            if (blob == null || !isStored(blob)) {
                if (!descriptor.mediaType().isNonDistributable()) {
                    missing.add(descriptor.digest());
                }
            } else if (blob.size() != descriptor.size()) {
                throw new RegistryException(
                        Problem.SIZE_INVALID,
                        "the manifest gives another size than the blob has",
                        Map.of(
                                "digest", descriptor.digest().toString(),
                                "declared", descriptor.size(),
                                "actual", blob.size()));
            }
        }
        if (!missing.isEmpty() && !isAcceptableWithout(missing, manifest)) {
            throw new RegistryException(
                    Problem.MANIFEST_BLOB_UNKNOWN,
                    "the manifest refers to blobs that the repository does not have",
                    Map.of("digests", missing.stream().map(Digest::toString).toList()));
        }
        return missing;
    }

    /** Says whether the blob can be pulled: its row stays where its bytes were lost, until it is pushed again. */
    private boolean isStored(StoredBlob blob) {
        try {
            return store.find(blob).isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isAcceptableWithout(Set<Digest> missing, Manifest manifest) {
        return switch (properties.sparseImages()) {
            case REJECT -> false;
            // The first is the configuration.
            case PARTIAL ->
                !missing.contains(manifest.blobs().getFirst().digest())
                        && manifest.blobs().stream()
                                .skip(1)
                                .anyMatch(layer -> !missing.contains(layer.digest()));
        };
    }

    /** Says whether the repository did not have it. */
    private boolean link(long repositoryId, Rows.Row row, Manifest manifest, Instant now) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (!row.isNew() && manifests.relink(repositoryId, row.id(), manifest.mediaType())) {
                return false;
            }
            if (manifests.link(repositoryId, row.id(), manifest, now)) {
                return true;
            }
        }
        throw new PessimisticLockingFailureException("The manifest is being deleted again and again");
    }

    /**
     * Deletes a manifest and its tags, and says whether the repository had it. Very many tags go in several transactions
     * and the manifest with the last of them, so that each is short and no tag ever points at nothing.
     *
     * @throws RegistryException TAG_IMMUTABLE
     */
    boolean delete(RepositoryName repository, Digest digest) {
        kept.requireNoneOn(repository, digest);
        return delete(repository, digest, false);
    }

    boolean deleteAgain(RepositoryName repository, Digest digest) {
        return delete(repository, digest, true);
    }

    private boolean delete(RepositoryName repository, Digest digest, boolean again) {
        Progress progress = changes.make("delete a manifest", repository, () -> deleteSome(repository, digest, again));
        boolean wasThere = progress != Progress.NOT_THERE;
        while (progress == Progress.GOES_ON) {
            progress = changes.make(
                    "delete a manifest's tags", repository, () -> deleteSome(repository, digest, again));
        }
        return wasThere;
    }

    private enum Progress {
        NOT_THERE,
        GOES_ON,
        DONE
    }

    private Progress deleteSome(RepositoryName repository, Digest digest, boolean again) {
        Optional<LinkedManifest> manifest = manifests.find(repository, digest);
        Optional<Long> found = repositories.findId(repository);
        if (manifest.isEmpty() || found.isEmpty()) {
            return Progress.NOT_THERE;
        }
        long repositoryId = found.get();
        long manifestId = manifest.get().id();
        if (!manifests.lockLink(repositoryId, manifestId)) {
            return Progress.NOT_THERE; // someone else deleted it first
        }
        List<Tag> some = tags.lockSomeOf(repositoryId, manifestId, TAGS_A_TRANSACTION);
        if (!again) {
            kept.requireNone(repository, some); // it came meanwhile
        }
        if (!some.isEmpty()) {
            tags.delete(repositoryId, some);
            some.forEach(tag -> events.publishEvent(new TagDeleted(repositoryId, repository, tag, manifestId)));
            repositories.countTagChange(repositoryId);
            durability.append(Change.FEATURE, new Change.DeleteTags(repository, some).toBytes());
        }
        if (some.size() == TAGS_A_TRANSACTION) {
            return Progress.GOES_ON;
        }
        manifests.unlink(repositoryId, manifestId);
        events.publishEvent(new ManifestDeleted(repositoryId, repository, manifestId, digest));
        durability.append(Change.FEATURE, new Change.DeleteManifest(repository, digest).toBytes());
        return Progress.DONE;
    }
}
