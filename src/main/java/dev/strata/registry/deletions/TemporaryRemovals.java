package dev.strata.registry.deletions;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.strata.oci.Digest;
import dev.strata.oci.ImageConfig;
import dev.strata.oci.Reference;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.RegistryException;
import dev.strata.registry.DeletionId;
import dev.strata.registry.RegistryProperties;
import dev.strata.registry.blobs.Blobs;
import dev.strata.registry.changes.Pusher;
import dev.strata.registry.manifests.DocumentMemory;
import dev.strata.registry.manifests.ParentSearch;
import dev.strata.registry.repositories.RepositoryTable;
import dev.strata.storage.BlobContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.stereotype.Service;

/** What may be deleted without the right to delete: images that are there for a build alone. */
@Service
public class TemporaryRemovals {

    private final TagDeletions tags;
    private final ManifestDeletions manifests;
    private final DeletionsAlong along;
    private final Supplier<DeletionId> ids;
    private final ParentSearch search;
    private final RepositoryTable repositories;
    private final Blobs blobs;
    private final DocumentMemory memory;
    private final RegistryProperties properties;

    TemporaryRemovals(
            TagDeletions tags,
            ManifestDeletions manifests,
            DeletionsAlong along,
            Supplier<DeletionId> ids,
            ParentSearch search,
            RepositoryTable repositories,
            Blobs blobs,
            DocumentMemory memory,
            RegistryProperties properties) {
        this.tags = tags;
        this.manifests = manifests;
        this.along = along;
        this.ids = ids;
        this.search = search;
        this.repositories = repositories;
        this.blobs = blobs;
        this.memory = memory;
        this.properties = properties;
    }

    /**
     * Deletes a tag or a manifest of a temporary image that somebody pushed, or that is older than a build may last.
     *
     * @param owner who asks, as {@link Pusher#key} says it
     * @return whether it was one
     * @throws RegistryException TAG_IMMUTABLE, or UNSUPPORTED where deletion is switched off
     */
    public boolean remove(RepositoryName repository, Reference reference, String owner) {
        properties.requireDelete();
        return switch (reference) {
            case Tag tag -> Pusher.isTemporary(tag) && tags.deleteTemporary(repository, tag, owner);
            case Digest digest -> remove(repository, digest, owner);
        };
    }

    private boolean remove(RepositoryName repository, Digest digest, String owner) {
        DeletionId deletion = ids.get();
        Optional<Instant> at = manifests.deleteTemporary(repository, digest, deletion, owner);
        at.ifPresent(then -> along.followFew(new DeletionsAlong.Deleted(repository, digest, deletion, then)));
        return at.isPresent();
    }

    /**
     * Whether a blob is the configuration of a temporary image, and no manifest of the repository names it. Its history or
     * its labels have the name of such an image: nobody else's has.
     */
    public boolean mayRemove(RepositoryName repository, Digest blob) {
        Optional<Long> repositoryId = repositories.findId(repository);
        if (repositoryId.isEmpty() || !search.find(repositoryId.get(), blob, 1).isEmpty()) {
            return false;
        }
        try {
            BlobContent content = blobs.get(repository, blob);
            return content.size() <= ImageConfig.MAX_SIZE && isTemporary(content);
        } catch (RegistryException e) {
            return false; // it is not there, or nobody can read it now
        } catch (IOException e) {
            throw new UncheckedIOException("A configuration cannot be read", e);
        }
    }

    private boolean isTemporary(BlobContent content) throws IOException {
        try (DocumentMemory.Reading _ = memory.read(3 * content.size());
                InputStream in = content.openFrom(0)) {
            String text = new String(in.readAllBytes(), ISO_8859_1);
            return text.startsWith("{") && Pusher.isMentionedIn(text);
        }
    }
}
