package dev.strata.registry.blobs;

import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.Manifest;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.RegistryProperties;
import dev.strata.storage.BlobStore;
import dev.strata.storage.StoredBlob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Requires of a repository the blobs that a manifest names. */
@Component
public class RequiredBlobs {

    private final BlobStore store;
    private final BlobTable blobs;
    private final RegistryProperties properties;

    RequiredBlobs(BlobStore store, BlobTable blobs, RegistryProperties properties) {
        this.store = store;
        this.blobs = blobs;
        this.properties = properties;
    }

    /**
     * Returns the blobs that are missing and may be. No other can be taken away until the transaction ends, where it has the
     * repository's lock.
     *
     * @throws RegistryException MANIFEST_BLOB_UNKNOWN with each digest that is missing, SIZE_INVALID
     */
    public Set<Digest> require(long repositoryId, Manifest manifest) {
        Map<Digest, LinkedBlob> there = blobs.findAll(
                repositoryId, manifest.blobs().stream().map(Descriptor::digest).toList());
        Set<Digest> missing = new LinkedHashSet<>();
        for (Descriptor descriptor : manifest.blobs()) {
            LinkedBlob blob = there.get(descriptor.digest());
            if (blob == null || !isStored(blob.stored())) {
                if (!descriptor.mediaType().isNonDistributable()) {
                    missing.add(descriptor.digest());
                }
            } else if (blob.stored().size() != descriptor.size()) {
                throw new RegistryException(
                        Problem.SIZE_INVALID,
                        "the manifest gives another size than the blob has",
                        Map.of(
                                "digest", descriptor.digest().toString(),
                                "declared", descriptor.size(),
                                "actual", blob.stored().size()));
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
}
