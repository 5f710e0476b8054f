package dev.strata.registry;

import dev.strata.database.Durability;
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
import java.util.OptionalLong;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;

/** The tags of repositories: listed and deleted. They are set by pushing manifests. */
@Service
public class Tags {

    private final RepositoryChanges changes;
    private final TagTable tags;
    private final ManifestTable manifests;
    private final KeptTags kept;
    private final RepositoryTable repositories;
    private final Durability durability;
    private final ApplicationEventPublisher events;
    private final RegistryProperties properties;
    private final Clock clock;

    Tags(
            RepositoryChanges changes,
            TagTable tags,
            ManifestTable manifests,
            KeptTags kept,
            RepositoryTable repositories,
            Durability durability,
            ApplicationEventPublisher events,
            RegistryProperties properties,
            Clock clock) {
        this.changes = changes;
        this.tags = tags;
        this.manifests = manifests;
        this.kept = kept;
        this.repositories = repositories;
        this.durability = durability;
        this.events = events;
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
        if (!remove(repository, List.of(tag), false)) {
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
                && removeNow(repository, List.of(tag), false));
    }

    private boolean isTemporary(RepositoryName repository, Tag tag, String owner) {
        return repositories.lock(repository).filter(id -> {
            OptionalLong manifest = tags.lock(id, tag);
            Instant longAgo = clock.instant().minus(ManifestRecorder.LONGEST_BUILD);
            return manifest.isPresent() && manifests.isTemporary(id, manifest.getAsLong(), owner, longAgo);
        }).isPresent();
    }

    /** Says whether the repository had any of them. */
    boolean removeAgain(RepositoryName repository, List<Tag> tags) {
        return remove(repository, tags, true);
    }

    private boolean remove(RepositoryName repository, List<Tag> tags, boolean again) {
        return changes.make("delete tags", repository, () -> removeNow(repository, tags, again));
    }

    private boolean removeNow(RepositoryName repository, List<Tag> names, boolean again) {
        Optional<Long> found = repositories.lock(repository);
        if (found.isEmpty()) {
            return false;
        }
        long repositoryId = found.get();
        List<Tag> removed = new ArrayList<>();
        for (Tag tag : names.stream().sorted().toList()) {
            OptionalLong manifestId = tags.lock(repositoryId, tag);
            if (manifestId.isPresent()) {
                removed.add(tag);
                events.publishEvent(new TagDeleted(repositoryId, repository, tag, manifestId.getAsLong()));
            }
        }
        if (removed.isEmpty()) {
            return false;
        }
        if (!again) {
            kept.requireNone(repository, removed);
        }
        tags.delete(repositoryId, removed);
        repositories.countTagChange(repositoryId);
        durability.append(Change.FEATURE, new Change.DeleteTags(repository, removed).toBytes());
        return true;
    }
}
