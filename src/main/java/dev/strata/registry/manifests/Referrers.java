package dev.strata.registry.manifests;

import dev.strata.json.StrictJson;
import dev.strata.memory.MemoryBudget.Share;
import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.Manifest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.repositories.RepositoryTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Service;

/**
 * What refers to a manifest: OCI Distribution Specification, "Listing Referrers".
 *
 * <p>What clients kept under the referrers tag, from the time before this registry, is taken in.
 */
@Service
public class Referrers {

    /** Below the 4 MiB that clients read of an index. */
    private static final long PAGE_BYTES = 3L * 1024 * 1024;

    private final RepositoryTable repositories;
    private final ManifestTable table;
    private final Manifests manifests;
    private final DocumentMemory memory;

    Referrers(RepositoryTable repositories, ManifestTable table, Manifests manifests, DocumentMemory memory) {
        this.repositories = repositories;
        this.table = table;
        this.manifests = manifests;
        this.memory = memory;
    }

    /**
     * A page of the list. Nothing is unknown here: where there is no such repository, there are no referrers.
     *
     * @param after where the list goes on: the cursor of the page before, 0 for its beginning. It is the number of the
     *     last manifest; among those of the referrers tag, -1 less the place in its index
     * @param limit how many at the most
     */
    public Page list(RepositoryName repository, Digest subject, Optional<MediaType> artifactType, long after, int limit) {
        Optional<Long> repositoryId = repositories.findId(repository);
        if (repositoryId.isEmpty()) {
            return new Page(List.of(), Optional.empty());
        }
        List<Descriptor> descriptors = new ArrayList<>();
        if (after < 0) {
            Optional<Long> next = addTagged(
                    repository, repositoryId.get(), subject, artifactType, -1 - after, limit, descriptors);
            return new Page(descriptors, next);
        }
        List<LinkedManifest> found = artifactType.isPresent()
                ? table.referrers(repositoryId.get(), subject, artifactType.get(), after, limit + 1)
                : table.referrers(repositoryId.get(), subject, after, limit + 1);
        long bytes = 0;
        long cursor = after;
        for (LinkedManifest link : found) {
            Optional<StoredManifest> whole = whole(link);
            if (whole.isEmpty()) {
                cursor = link.id();
                continue;
            }
            StoredManifest manifest = whole.get();
            bytes += manifest.content().length; // what it says of itself is no larger than it is
            if (descriptors.size() == limit || bytes > PAGE_BYTES && !descriptors.isEmpty()) {
                return new Page(descriptors, Optional.of(cursor));
            }
            descriptors.add(describe(manifest));
            cursor = link.id();
        }
        Optional<Long> next =
                addTagged(repository, repositoryId.get(), subject, artifactType, 0, limit, descriptors);
        return new Page(descriptors, next);
    }

    /** Absent where it was found damaged: the others are listed. */
    private Optional<StoredManifest> whole(LinkedManifest link) {
        try {
            return Optional.of(manifests.stored(link));
        } catch (RegistryException e) {
            if (e.problem() == Problem.MANIFEST_UNKNOWN) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Descriptor describe(StoredManifest stored) {
        try (Share _ = memory.take(StrictJson.memory(stored.content()))) {
            Manifest manifest = Manifest.parse(stored.content(), stored.mediaType());
            memory.keep(stored.content().length);
            return new Descriptor(
                    stored.mediaType(),
                    stored.digest(),
                    stored.content().length,
                    manifest.artifactType(),
                    manifest.annotations());
        }
    }

    /**
     * The list's end: what the referrers tag names, where the repository has it and it was not found by its subject,
     * on whichever page that was. Returns the cursor of what the page has no room for.
     */
    private Optional<Long> addTagged(
            RepositoryName repository,
            long repositoryId,
            Digest subject,
            Optional<MediaType> artifactType,
            long from,
            int limit,
            List<Descriptor> descriptors) {
        List<Descriptor> tagged = manifests.find(repository, Tag.ofReferrers(subject))
                .map(this::readIndex)
                .orElse(List.of());
        if (tagged.isEmpty()) {
            return Optional.empty();
        }
        Set<Digest> names = tagged.stream().map(Descriptor::digest).collect(Collectors.toSet());
        Set<Digest> toAdd = table.findOthers(repositoryId, subject, names);
        for (int place = 0; place < tagged.size(); place++) {
            Descriptor descriptor = tagged.get(place);
            boolean asked = artifactType.isEmpty() || artifactType.equals(descriptor.artifactType());
            if (asked && toAdd.remove(descriptor.digest()) && place >= from) {
                if (descriptors.size() == limit) {
                    return Optional.of(-1L - place);
                }
                descriptors.add(descriptor);
            }
        }
        return Optional.empty();
    }

    private List<Descriptor> readIndex(StoredManifest index) {
        return manifests.read(index) instanceof Manifest.Index read
                ? read.children()
                : List.of();
    }

    /**
     * A part of the list.
     *
     * @param next the cursor of the next page, empty where this is the last
     */
    public record Page(List<Descriptor> descriptors, Optional<Long> next) {}
}
