package dev.strata.registry;

import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.Manifest;
import dev.strata.oci.MediaType;
import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import jakarta.persistence.EntityManager;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.Set;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Writes manifests with all of their rows in one transaction. */
@Component
class ManifestRecorder {

    /** A deletion can come between finding a link and locking it, but not for ever. */
    private static final int LINK_ATTEMPTS = 5;
    /** Well below the parameters that any database takes in one statement. */
    private static final int DIGESTS_A_QUERY = 1_000;

    private final EntityManager entities;
    private final Lookups lookups;
    private final RepositoryTable repositories;
    private final BlobTable blobs;
    private final ManifestTable manifests;
    private final TagTable tags;
    private final Durability durability;
    private final RegistryProperties properties;
    private final Clock clock;

    ManifestRecorder(
            EntityManager entities,
            Lookups lookups,
            RepositoryTable repositories,
            BlobTable blobs,
            ManifestTable manifests,
            TagTable tags,
            Durability durability,
            RegistryProperties properties,
            Clock clock) {
        this.entities = entities;
        this.lookups = lookups;
        this.repositories = repositories;
        this.blobs = blobs;
        this.manifests = manifests;
        this.tags = tags;
        this.durability = durability;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * Returns the blobs that are missing and may be.
     *
     * @throws RegistryException MANIFEST_BLOB_UNKNOWN with each digest that is missing, SIZE_INVALID
     */
    @Transactional
    @Retryable(includes = ConcurrencyFailureException.class)
    Set<Digest> record(Change.ManifestPushed pushed, Manifest manifest) {
        long repositoryId = repositories.findOrCreate(pushed.repository());
        Set<Digest> missing = requireBlobs(repositoryId, manifest);
        write(pushed, manifest, repositoryId);
        return missing;
    }

    /** Writes what was checked when it was pushed. */
    @Transactional
    void recordAgain(Change.ManifestPushed pushed) {
        write(pushed, pushed.manifest(), repositories.findOrCreate(pushed.repository()));
    }

    private void write(Change.ManifestPushed pushed, Manifest manifest, long repositoryId) {
        Instant now = clock.instant();
        long manifestId = store(pushed.digest(), manifest, pushed.content(), now);
        link(repositoryId, manifestId, manifest, now);
        boolean newTags = false;
        // In one order for everyone, so that no two transactions wait for each other.
        for (Tag tag : pushed.tags().stream().sorted().distinct().toList()) {
            if (tags.insertIfAbsent(repositoryId, tag.name(), manifestId, now) > 0) {
                newTags = true;
            } else if (tags.move(repositoryId, tag.name(), manifestId, now) == 0) {
                throw new PessimisticLockingFailureException("The tag " + tag + " was deleted meanwhile");
            }
        }
        if (newTags) {
            repositories.countTagChange(repositoryId);
        }
        durability.append(pushed);
    }

    private Set<Digest> requireBlobs(long repositoryId, Manifest manifest) {
        Map<Digest, Long> sizes = sizes(repositoryId, manifest.blobs());
        Set<Digest> missing = new LinkedHashSet<>();
        for (Descriptor descriptor : manifest.blobs()) {
            Long size = sizes.get(descriptor.digest());
            if (size == null) {
                if (!descriptor.mediaType().isNonDistributable()) {
                    missing.add(descriptor.digest());
                }
            } else if (size != descriptor.size()) {
                throw new RegistryException(
                        Problem.SIZE_INVALID,
                        "the manifest gives another size than the blob has",
                        Map.of(
                                "digest", descriptor.digest().toString(),
                                "declared", descriptor.size(),
                                "actual", size));
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

    private Map<Digest, Long> sizes(long repositoryId, SequencedCollection<Descriptor> descriptors) {
        Map<Digest, Long> sizes = new HashMap<>();
        List<Digest> digests =
                descriptors.stream().map(Descriptor::digest).distinct().toList();
        for (int i = 0; i < digests.size(); i += DIGESTS_A_QUERY) {
            List<Digest> some = digests.subList(i, Math.min(digests.size(), i + DIGESTS_A_QUERY));
            blobs.findAll(repositoryId, some).forEach(blob -> sizes.put(blob.digest(), blob.size()));
        }
        return sizes;
    }

    private long store(Digest digest, Manifest manifest, byte[] content, Instant now) {
        boolean inserted = manifests.insertIfAbsent(digest.bytes(), content.length, now) > 0;
        long manifestId = manifests.findId(digest).orElseThrow();
        if (inserted) {
            entities.persist(new ManifestContentRow(manifestId, content));
            persistReferences(manifestId, 0, ManifestReferenceRow.BLOB, manifest.blobs());
            persistReferences(manifestId, manifest.blobs().size(), ManifestReferenceRow.CHILD, manifest.children());
        }
        return manifestId;
    }

    private void persistReferences(
            long manifestId, int firstPosition, char kind, SequencedCollection<Descriptor> descriptors) {
        int position = firstPosition;
        for (Descriptor descriptor : descriptors) {
            entities.persist(new ManifestReferenceRow(
                    new ManifestReferenceRow.Key(manifestId, position++),
                    kind,
                    descriptor.digest(),
                    descriptor.size()));
        }
    }

    private void link(long repositoryId, long manifestId, Manifest manifest, Instant now) {
        byte[] subject = manifest.subject().map(Digest::bytes).orElse(null);
        String artifactType = manifest.artifactType().map(MediaType::value).orElse(null);
        for (int attempt = 0; attempt < LINK_ATTEMPTS; attempt++) {
            int inserted = manifests.linkIfAbsent(
                    repositoryId, manifestId, manifest.mediaType().value(), artifactType, subject, now);
            if (inserted > 0 || manifests.relink(repositoryId, manifestId, manifest.mediaType()) > 0) {
                return;
            }
        }
        throw new PessimisticLockingFailureException("The manifest is being deleted again and again");
    }

    /** Says whether the repository had it. */
    @Transactional
    @Retryable(includes = ConcurrencyFailureException.class)
    boolean delete(RepositoryName repository, Digest digest) {
        Optional<LinkedManifest> manifest = lookups.manifest(repository, digest);
        Optional<Long> repositoryId = repositories.findId(repository);
        if (manifest.isEmpty() || repositoryId.isEmpty()) {
            return false;
        }
        long manifestId = manifest.get().id();
        if (manifests.relink(repositoryId.get(), manifestId, manifest.get().mediaType()) == 0) {
            return false; // someone else deleted it first
        }
        if (tags.deleteAllOf(repositoryId.get(), manifestId) > 0) {
            repositories.countTagChange(repositoryId.get());
        }
        durability.append(new Change.ManifestDeleted(repository, digest));
        return manifests.unlink(repositoryId.get(), manifestId) > 0;
    }
}
