package dev.strata.registry.deletions;

import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.DeletionId;
import dev.strata.registry.changes.Change;
import dev.strata.registry.changes.RepositoryChanges;
import dev.strata.registry.manifests.ManifestLinkTable;
import dev.strata.registry.repositories.Catalog;
import dev.strata.registry.repositories.RepositoryTable;
import dev.strata.registry.tags.KeptTags;
import dev.strata.registry.tags.PointedTag;
import dev.strata.registry.tags.TagTable;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** Deletes tags, and leaves their manifests. */
@Component
public class TagDeletions {

    private final RepositoryChanges changes;
    private final TagTable tags;
    private final ManifestLinkTable links;
    private final KeptTags kept;
    private final RepositoryTable repositories;
    private final ManifestDeletions deletions;
    private final Supplier<DeletionId> ids;
    private final Clock clock;

    TagDeletions(
            RepositoryChanges changes,
            TagTable tags,
            ManifestLinkTable links,
            KeptTags kept,
            RepositoryTable repositories,
            ManifestDeletions deletions,
            Supplier<DeletionId> ids,
            Clock clock) {
        this.changes = changes;
        this.tags = tags;
        this.links = links;
        this.kept = kept;
        this.repositories = repositories;
        this.deletions = deletions;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Deletes a tag. Its manifest stays, and so do that one's other tags.
     *
     * @throws RegistryException MANIFEST_UNKNOWN, NAME_UNKNOWN, TAG_IMMUTABLE
     */
    void delete(RepositoryName repository, Tag tag) {
        if (!changes.make(
                "delete a tag", repository, () -> deleteNow(repository, List.of(tag), ids.get(), Optional.empty()))) {
            repositories.findId(repository).orElseThrow(() -> Catalog.nameUnknown(repository));
            throw new RegistryException(
                    Problem.MANIFEST_UNKNOWN,
                    "the repository has no such tag",
                    Map.of("name", repository.value(), "tag", tag.name()));
        }
    }

    /** Deletes a tag of a temporary image, of an owner or older than a build may last, and says whether it was one. */
    boolean deleteTemporary(RepositoryName repository, Tag tag, String owner) {
        return changes.make("delete a temporary tag", repository, () -> isTemporary(repository, tag, owner)
                && deleteNow(repository, List.of(tag), ids.get(), Optional.empty()));
    }

    private boolean isTemporary(RepositoryName repository, Tag tag, String owner) {
        return repositories.lock(repository).filter(id -> {
            Optional<PointedTag> pointed = tags.lock(id, tag);
            Instant longAgo = clock.instant().minus(ManifestDeletions.LONGEST_BUILD);
            return pointed.isPresent() && links.isTemporary(id, pointed.get().manifestId(), owner, longAgo);
        }).isPresent();
    }

    public void deleteAgain(Change.DeleteTags deleted) {
        changes.make(
                "delete tags again",
                deleted.repository(),
                () -> deleteNow(deleted.repository(), deleted.tags(), deleted.deletion(), Optional.of(deleted.at())));
    }

    /** @param then when they were deleted before a crash */
    private boolean deleteNow(RepositoryName repository, List<Tag> names, DeletionId id, Optional<Instant> then) {
        Optional<Long> found = repositories.lock(repository);
        if (found.isEmpty()) {
            return false;
        }
        long repositoryId = found.get();
        List<PointedTag> removed = new ArrayList<>();
        for (Tag tag : names.stream().sorted().toList()) {
            tags.lock(repositoryId, tag).ifPresent(removed::add);
        }
        if (then.isEmpty()) {
            kept.requireNone(repository, removed.stream().map(PointedTag::tag).toList());
        }
        deletions.deleteTags(repositoryId, repository, removed, id, then.orElseGet(clock::instant));
        return !removed.isEmpty();
    }
}
