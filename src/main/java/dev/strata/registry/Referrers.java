package dev.strata.registry;

import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.Manifest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Service;

/**
 * What refers to a manifest: OCI Distribution Specification, "Listing Referrers".
 *
 * <p>What clients kept under the referrers tag, from the time before this registry, is taken in.
 */
@Service
public class Referrers {

    private final RepositoryTable repositories;
    private final ManifestTable table;
    private final Manifests manifests;

    Referrers(RepositoryTable repositories, ManifestTable table, Manifests manifests) {
        this.repositories = repositories;
        this.table = table;
        this.manifests = manifests;
    }

    /**
     * A page of the list. Nothing is unknown here: where there is no such repository, there are no referrers.
     *
     * @param after where the list goes on: the cursor of the page before, 0 for its beginning
     * @param limit how many at the most
     */
    public Page list(RepositoryName repository, Digest subject, Optional<MediaType> artifactType, long after, int limit) {
        Optional<Long> repositoryId = repositories.findId(repository);
        if (repositoryId.isEmpty()) {
            return new Page(List.of(), Optional.empty());
        }
        List<LinkedManifest> found = artifactType.isPresent()
                ? table.referrers(repositoryId.get(), subject, artifactType.get(), after, Limit.of(limit + 1))
                : table.referrers(repositoryId.get(), subject, after, Limit.of(limit + 1));
        boolean more = found.size() > limit;
        List<LinkedManifest> page = more ? found.subList(0, limit) : found;
        List<Descriptor> descriptors = new ArrayList<>(page.stream().map(this::describe).toList());
        if (more) {
            return new Page(descriptors, Optional.of(page.getLast().id()));
        }
        addTagged(repository, repositoryId.get(), subject, artifactType, descriptors);
        return new Page(descriptors, Optional.empty());
    }

    private Descriptor describe(LinkedManifest link) {
        StoredManifest stored = manifests.stored(link);
        Manifest manifest = Manifest.parse(stored.content(), stored.mediaType());
        return new Descriptor(
                stored.mediaType(),
                stored.digest(),
                stored.content().length,
                manifest.artifactType(),
                manifest.annotations());
    }

    /** The list's end: what the referrers tag names beyond what was found by subject, on whichever page that was. */
    private void addTagged(
            RepositoryName repository,
            long repositoryId,
            Digest subject,
            Optional<MediaType> artifactType,
            List<Descriptor> descriptors) {
        Optional<StoredManifest> index = manifests.find(repository, Tag.ofReferrers(subject));
        if (index.isEmpty()) {
            return;
        }
        List<Descriptor> tagged = readIndex(index.get());
        if (tagged.isEmpty()) {
            return;
        }
        Set<Digest> names = tagged.stream().map(Descriptor::digest).collect(Collectors.toSet());
        Set<Digest> indexed = table.referrersAmong(repositoryId, subject, names).stream()
                .map(LinkedManifest::digest)
                .collect(Collectors.toSet());
        for (Descriptor descriptor : tagged) {
            boolean asked = artifactType.isEmpty() || artifactType.equals(descriptor.artifactType());
            if (asked && !indexed.contains(descriptor.digest())) {
                descriptors.add(descriptor);
            }
        }
    }

    private static List<Descriptor> readIndex(StoredManifest index) {
        return Manifest.parse(index.content(), index.mediaType()) instanceof Manifest.Index read
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
