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

    private final RepositoryChanges changes;
    private final BlobStore store;
    private final Lookups lookups;
    private final Writes writes;
    private final RepositoryTable repositories;
    private final Durability durability;
    private final ApplicationEventPublisher events;
    private final RegistryProperties properties;
    private final Clock clock;

    ManifestRecorder(
            RepositoryChanges changes,
            BlobStore store,
            Lookups lookups,
            Writes writes,
            RepositoryTable repositories,
            Durability durability,
            ApplicationEventPublisher events,
            RegistryProperties properties,
            Clock clock) {
        this.changes = changes;
        this.store = store;
        this.lookups = lookups;
        this.writes = writes;
        this.repositories = repositories;
        this.durability = durability;
        this.events = events;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * Returns the blobs that are missing and may be.
     *
     * @throws RegistryException MANIFEST_BLOB_UNKNOWN with each digest that is missing, SIZE_INVALID
     */
    Set<Digest> record(Change.ManifestPushed pushed, Manifest manifest) {
        return changes.make(pushed.repository(), () -> {
            long repositoryId = writes.repository(pushed.repository());
            Set<Digest> missing = requireBlobs(repositoryId, manifest);
            write(pushed, manifest, repositoryId);
            return missing;
        });
    }

    /** Writes what was checked when it was pushed. */
    void recordAgain(Change.ManifestPushed pushed) {
        changes.make(
                pushed.repository(), () -> write(pushed, pushed.manifest(), writes.repository(pushed.repository())));
    }

    /** Says whether there are tags that were not there before. */
    private boolean write(Change.ManifestPushed pushed, Manifest manifest, long repositoryId) {
        Instant now = clock.instant();
        Writes.Row row = writes.manifest(pushed.digest(), manifest, pushed.content(), now);
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
            newTags |= setTag(repositoryId, pushed.repository(), tag, row.id(), now);
        }
        if (newTags) {
            writes.countTagChange(repositoryId);
        }
        durability.append(Change.FEATURE, pushed.toBytes());
        return newTags;
    }

    /** Says whether the tag is new. */
    private boolean setTag(long repositoryId, RepositoryName repository, Tag tag, long manifestId, Instant now) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            OptionalLong from = writes.lockTag(repositoryId, tag.name());
            if (from.isPresent()) {
                writes.moveTag(repositoryId, tag.name(), manifestId, now);
            }
            if (from.isPresent() || writes.insertTag(repositoryId, tag.name(), manifestId, now)) {
                if (from.isEmpty() || from.getAsLong() != manifestId) {
                    events.publishEvent(new TagMoved(repositoryId, repository, tag, from, manifestId));
                }
                return from.isEmpty();
            }
        }
        throw new PessimisticLockingFailureException("The tag " + tag + " is being deleted again and again");
    }

    private Set<Digest> requireBlobs(long repositoryId, Manifest manifest) {
        Map<Digest, StoredBlob> there = writes.blobs(
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
    private boolean link(long repositoryId, Writes.Row row, Manifest manifest, Instant now) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (!row.isNew() && writes.relinkManifest(repositoryId, row.id(), manifest.mediaType())) {
                return false;
            }
            if (writes.linkManifest(repositoryId, row.id(), manifest, now)) {
                return true;
            }
        }
        throw new PessimisticLockingFailureException("The manifest is being deleted again and again");
    }

    /** Says whether the repository had it. */
    boolean delete(RepositoryName repository, Digest digest) {
        return changes.make(repository, () -> deleteNow(repository, digest));
    }

    private boolean deleteNow(RepositoryName repository, Digest digest) {
        Optional<LinkedManifest> manifest = lookups.manifest(repository, digest);
        Optional<Long> repositoryId = repositories.findId(repository);
        if (manifest.isEmpty() || repositoryId.isEmpty()) {
            return false;
        }
        long manifestId = manifest.get().id();
        if (!writes.relinkManifest(repositoryId.get(), manifestId, manifest.get().mediaType())) {
            return false; // someone else deleted it first
        }
        List<String> tags = writes.lockTagsOf(repositoryId.get(), manifestId);
        for (String tag : tags) {
            writes.deleteTag(repositoryId.get(), tag);
            events.publishEvent(new TagDeleted(repositoryId.get(), repository, Tag.of(tag), manifestId));
        }
        if (!tags.isEmpty()) {
            writes.countTagChange(repositoryId.get());
        }
        writes.unlinkManifest(repositoryId.get(), manifestId);
        events.publishEvent(new ManifestDeleted(repositoryId.get(), repository, manifestId, digest));
        durability.append(Change.FEATURE, new Change.ManifestDeleted(repository, digest).toBytes());
        return true;
    }
}
