package dev.strata.registry;

import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.Manifest;
import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
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

    private final Lookups lookups;
    private final PushStatements statements;
    private final RepositoryTable repositories;
    private final ManifestTable manifests;
    private final TagTable tags;
    private final Durability durability;
    private final RegistryProperties properties;
    private final Clock clock;

    ManifestRecorder(
            Lookups lookups,
            PushStatements statements,
            RepositoryTable repositories,
            ManifestTable manifests,
            TagTable tags,
            Durability durability,
            RegistryProperties properties,
            Clock clock) {
        this.lookups = lookups;
        this.statements = statements;
        this.repositories = repositories;
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
        long repositoryId = statements.repository(pushed.repository());
        Set<Digest> missing = requireBlobs(repositoryId, manifest);
        write(pushed, manifest, repositoryId);
        return missing;
    }

    /** Writes what was checked when it was pushed. */
    @Transactional
    void recordAgain(Change.ManifestPushed pushed) {
        write(pushed, pushed.manifest(), statements.repository(pushed.repository()));
    }

    private void write(Change.ManifestPushed pushed, Manifest manifest, long repositoryId) {
        Instant now = clock.instant();
        long manifestId = statements.manifest(pushed.digest(), manifest, pushed.content(), now);
        link(repositoryId, manifestId, manifest, now);
        boolean newTags = false;
        // In one order for everyone, so that no two transactions wait for each other.
        for (Tag tag : pushed.tags().stream().sorted().distinct().toList()) {
            if (statements.insertTag(repositoryId, tag.name(), manifestId, now)) {
                newTags = true;
            } else if (!statements.moveTag(repositoryId, tag.name(), manifestId, now)) {
                throw new PessimisticLockingFailureException("The tag " + tag + " was deleted meanwhile");
            }
        }
        if (newTags) {
            statements.countTagChange(repositoryId);
        }
        durability.append(pushed);
    }

    private Set<Digest> requireBlobs(long repositoryId, Manifest manifest) {
        Map<Digest, Long> sizes = statements.sizes(
                repositoryId, manifest.blobs().stream().map(Descriptor::digest).toList());
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

    private void link(long repositoryId, long manifestId, Manifest manifest, Instant now) {
        for (int attempt = 0; attempt < LINK_ATTEMPTS; attempt++) {
            if (statements.linkManifest(repositoryId, manifestId, manifest, now)) {
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
        if (!statements.relinkManifest(repositoryId.get(), manifestId, manifest.get().mediaType())) {
            return false; // someone else deleted it first
        }
        if (tags.deleteAllOf(repositoryId.get(), manifestId) > 0) {
            statements.countTagChange(repositoryId.get());
        }
        durability.append(new Change.ManifestDeleted(repository, digest));
        return manifests.unlink(repositoryId.get(), manifestId) > 0;
    }
}
