package dev.strata.registry.deletions;

import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.RegistryException;
import dev.strata.registry.DeletionId;
import dev.strata.registry.RegistryProperties;
import dev.strata.registry.blobs.BlobLinks;
import dev.strata.registry.blobs.Blobs;
import dev.strata.registry.manifests.Manifests;
import dev.strata.registry.tags.KeptTags;
import java.time.Instant;
import java.util.function.Supplier;
import org.springframework.stereotype.Service;

/** What somebody deletes from a repository; other repositories keep what they have. */
@Service
public class Deletions {

    private final TagDeletions tags;
    private final ManifestDeletions manifestDeletions;
    private final DeletionsAlong along;
    private final Manifests manifests;
    private final KeptTags kept;
    private final BlobLinks links;
    private final Blobs blobs;
    private final RegistryProperties properties;
    private final Supplier<DeletionId> ids;

    Deletions(
            TagDeletions tags,
            ManifestDeletions manifestDeletions,
            DeletionsAlong along,
            Manifests manifests,
            KeptTags kept,
            BlobLinks links,
            Blobs blobs,
            RegistryProperties properties,
            Supplier<DeletionId> ids) {
        this.tags = tags;
        this.manifestDeletions = manifestDeletions;
        this.along = along;
        this.manifests = manifests;
        this.kept = kept;
        this.links = links;
        this.blobs = blobs;
        this.properties = properties;
        this.ids = ids;
    }

    /**
     * Deletes a tag. Its manifest stays, and so do that one's other tags.
     *
     * @throws RegistryException MANIFEST_UNKNOWN, NAME_UNKNOWN, TAG_IMMUTABLE, or UNSUPPORTED where deletion is
     *     switched off
     */
    public void deleteTag(RepositoryName repository, Tag tag) {
        properties.requireDelete();
        tags.delete(repository, tag);
    }

    /**
     * Deletes a manifest, and with it its tags and what was only there for it.
     *
     * @throws RegistryException MANIFEST_UNKNOWN, NAME_UNKNOWN, TAG_IMMUTABLE, or UNSUPPORTED where deletion is
     *     switched off
     */
    public void deleteManifest(RepositoryName repository, Digest digest) {
        properties.requireDelete();
        DeletionId deletion = ids.get();
        Instant at = manifestDeletions
                .delete(repository, digest, deletion)
                .orElseThrow(() -> manifests.unknown(repository, digest));
        along.followFew(new DeletionsAlong.Deleted(repository, digest, deletion, at));
    }

    /**
     * Deletes a blob.
     *
     * @throws RegistryException BLOB_UNKNOWN, NAME_UNKNOWN, TAG_IMMUTABLE, or UNSUPPORTED where deletion is switched off
     */
    public void deleteBlob(RepositoryName repository, Digest digest) {
        properties.requireDelete();
        kept.requireNoneOn(repository, digest);
        if (!links.unlink(repository, digest, ids.get())) {
            throw blobs.unknown(repository, digest);
        }
    }
}
