package dev.strata.registry;

import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.stereotype.Service;

/** The tags of repositories: listed and deleted. They are set by pushing manifests. */
@Service
public class Tags {

    private final RepositoryChanges changes;
    private final TagTable tags;
    private final ManifestTable manifests;
    private final KeptTags kept;
    private final RepositoryTable repositories;
    private final ManifestDeletions deletions;
    private final Supplier<DeletionId> ids;
    private final RegistryProperties properties;
    private final Clock clock;

    Tags(
            RepositoryChanges changes,
            TagTable tags,
            ManifestTable manifests,
            KeptTags kept,
            RepositoryTable repositories,
            ManifestDeletions deletions,
            Supplier<DeletionId> ids,
            RegistryProperties properties,
            Clock clock) {
        this.changes = changes;
        this.tags = tags;
        this.manifests = manifests;
        this.kept = kept;
        this.repositories = repositories;
        this.deletions = deletions;
        this.ids = ids;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * The state of a repository's set of tags. While it is the same, so are all lists.
     *
     * @throws RegistryException NAME_UNKNOWN
     */
    public TagRevision revision(RepositoryName repository) {
        return repositories.tagRevision(repository).orElseThrow(() -> Blobs.nameUnknown(repository));
    }

    /**
     * The names of a repository's tags in lexical order: OCI Distribution Specification, "Listing Tags".
     *
     * @param last where the list goes on, exclusive; empty for its beginning
     * @param limit how many at the most
     */
    public List<String> list(TagRevision repository, String last, int limit) {
        return tags.namesAfter(repository.repositoryId(), last, limit);
    }

    /** The last name of a list of so many, if there are more names than that. */
    public Optional<String> endOfPage(TagRevision repository, String last, int limit) {
        return tags.endOfPage(repository.repositoryId(), last, limit);
    }

    /**
     * Deletes a tag. Its manifest stays, and so do that one's other tags.
     *
     * @throws RegistryException MANIFEST_UNKNOWN, NAME_UNKNOWN, TAG_IMMUTABLE, or UNSUPPORTED where deletion is
     *     switched off
     */
    public void delete(RepositoryName repository, Tag tag) {
        properties.requireDelete();
        if (!changes.make(
                "delete a tag", repository, () -> removeNow(repository, List.of(tag), ids.get(), Optional.empty()))) {
            repositories.findId(repository).orElseThrow(() -> Blobs.nameUnknown(repository));
            throw new RegistryException(
                    Problem.MANIFEST_UNKNOWN,
                    "the repository has no such tag",
                    Map.of("name", repository.value(), "tag", tag.name()));
        }
    }

    /** Deletes a tag of a temporary image, of an owner or older than a build may last, and says whether it was one. */
    boolean deleteTemporary(RepositoryName repository, Tag tag, String owner) {
        return changes.make("delete a temporary tag", repository, () -> isTemporary(repository, tag, owner)
                && removeNow(repository, List.of(tag), ids.get(), Optional.empty()));
    }

    private boolean isTemporary(RepositoryName repository, Tag tag, String owner) {
        return repositories.lock(repository).filter(id -> {
            Optional<PointedTag> pointed = tags.lock(id, tag);
            Instant longAgo = clock.instant().minus(ManifestDeletions.LONGEST_BUILD);
            return pointed.isPresent() && manifests.isTemporary(id, pointed.get().manifestId(), owner, longAgo);
        }).isPresent();
    }

    void removeAgain(Change.DeleteTags deleted) {
        changes.make(
                "delete tags again",
                deleted.repository(),
                () -> removeNow(deleted.repository(), deleted.tags(), deleted.deletion(), Optional.of(deleted.at())));
    }

    /** @param then when they were deleted before a crash */
    private boolean removeNow(RepositoryName repository, List<Tag> names, DeletionId id, Optional<Instant> then) {
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
