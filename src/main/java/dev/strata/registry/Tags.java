package dev.strata.registry;

import dev.strata.database.Durability;
import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Service;

/** The tags of repositories: listed and deleted. They are set by pushing manifests. */
@Service
public class Tags {

    private final RepositoryChanges changes;
    private final Lookups lookups;
    private final Writes writes;
    private final TagTable tags;
    private final RepositoryTable repositories;
    private final Durability durability;
    private final ApplicationEventPublisher events;
    private final RegistryProperties properties;

    Tags(
            RepositoryChanges changes,
            Lookups lookups,
            Writes writes,
            TagTable tags,
            RepositoryTable repositories,
            Durability durability,
            ApplicationEventPublisher events,
            RegistryProperties properties) {
        this.changes = changes;
        this.lookups = lookups;
        this.writes = writes;
        this.tags = tags;
        this.repositories = repositories;
        this.durability = durability;
        this.events = events;
        this.properties = properties;
    }

    /**
     * The state of a repository's set of tags. While it is the same, so are all lists.
     *
     * @throws RegistryException NAME_UNKNOWN
     */
    public TagRevision revision(RepositoryName repository) {
        return lookups.tagRevision(repository).orElseThrow(() -> Blobs.nameUnknown(repository));
    }

    /**
     * The names of a repository's tags in lexical order: OCI Distribution Specification, "Listing Tags".
     *
     * @param last where the list goes on, exclusive; empty for its beginning
     * @param limit how many at the most
     */
    public List<String> list(TagRevision repository, String last, int limit) {
        return tags.namesAfter(repository.repositoryId(), last, Limit.of(limit));
    }

    /** The last name of a list of so many, if there are more names than that. */
    public Optional<String> endOfPage(TagRevision repository, String last, int limit) {
        return lookups.endOfTags(repository.repositoryId(), last, limit);
    }

    /**
     * Deletes a tag. Its manifest stays, and so do that one's other tags.
     *
     * @throws RegistryException MANIFEST_UNKNOWN, NAME_UNKNOWN, or UNSUPPORTED where deletion is switched off
     */
    public void delete(RepositoryName repository, Tag tag) {
        properties.requireDelete();
        if (!remove(repository, tag)) {
            repositories.findId(repository).orElseThrow(() -> Blobs.nameUnknown(repository));
            throw new RegistryException(
                    Problem.MANIFEST_UNKNOWN,
                    "the repository has no such tag",
                    Map.of("name", repository.value(), "tag", tag.name()));
        }
    }

    /** Says whether the repository had it. */
    boolean remove(RepositoryName repository, Tag tag) {
        return changes.make(repository, () -> removeNow(repository, tag));
    }

    private boolean removeNow(RepositoryName repository, Tag tag) {
        Optional<Long> repositoryId = repositories.findId(repository);
        OptionalLong manifestId = repositoryId.map(id -> writes.lockTag(id, tag.name())).orElse(OptionalLong.empty());
        if (manifestId.isEmpty()) {
            return false;
        }
        writes.deleteTag(repositoryId.get(), tag.name());
        writes.countTagChange(repositoryId.get());
        events.publishEvent(new TagDeleted(repositoryId.get(), repository, tag, manifestId.getAsLong()));
        durability.append(Change.FEATURE, new Change.TagDeleted(repository, tag).toBytes());
        return true;
    }
}
