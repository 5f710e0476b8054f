package dev.strata.registry;

import dev.strata.database.Durability;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.RegistryException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/** Deletes manifests with their tags. */
@Component
class ManifestDeletions {

    /** So few that they are deleted, with what listens, in a fraction of the time that a transaction may take. */
    static final int TAGS_A_TRANSACTION = 200;

    /** How long a temporary image is its owner's alone. */
    static final Duration LONGEST_BUILD = Duration.ofDays(1);
    private static final int MOST_PARENTS = 100;

    private final RepositoryChanges changes;
    private final RepositoryTable repositories;
    private final ManifestTable manifests;
    private final TagTable tags;
    private final KeptTags kept;
    private final Durability durability;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    ManifestDeletions(
            RepositoryChanges changes,
            RepositoryTable repositories,
            ManifestTable manifests,
            TagTable tags,
            KeptTags kept,
            Durability durability,
            ApplicationEventPublisher events,
            Clock clock) {
        this.changes = changes;
        this.repositories = repositories;
        this.manifests = manifests;
        this.tags = tags;
        this.kept = kept;
        this.durability = durability;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Deletes a manifest and its tags, and says whether the repository had it. Very many tags go in several transactions
     * and the manifest with the last of them, so that each is short and no tag ever points at nothing.
     *
     * @throws RegistryException TAG_IMMUTABLE
     */
    boolean delete(RepositoryName repository, Digest digest, DeletionId id) {
        kept.requireNoneOn(repository, digest);
        return delete(repository, digest, id, false, Optional.empty());
    }

    /**
     * The same for a temporary image, of an owner or older than a build may last; anything else is not there.
     *
     * @throws RegistryException TAG_IMMUTABLE
     */
    boolean deleteTemporary(RepositoryName repository, Digest digest, DeletionId id, String owner) {
        return delete(repository, digest, id, false, Optional.of(owner));
    }

    boolean deleteAgain(RepositoryName repository, Digest digest, DeletionId id) {
        return delete(repository, digest, id, true, Optional.empty());
    }

    private boolean delete(
            RepositoryName repository, Digest digest, DeletionId id, boolean again, Optional<String> owner) {
        Progress progress = changes.make(
                "delete a manifest", repository, () -> deleteSome(repository, digest, id, again, owner));
        boolean wasThere = progress != Progress.NOT_THERE;
        while (progress == Progress.GOES_ON) {
            progress = changes.make(
                    "delete a manifest's tags", repository, () -> deleteSome(repository, digest, id, again, owner));
        }
        return wasThere;
    }

    /** How far a deletion came with one transaction. */
    enum Progress {
        NOT_THERE,
        GOES_ON,
        DONE
    }

    private Progress deleteSome(
            RepositoryName repository, Digest digest, DeletionId id, boolean again, Optional<String> owner) {
        Optional<Long> found = repositories.lock(repository);
        Optional<LinkedManifest> manifest = manifests.find(repository, digest);
        if (manifest.isEmpty() || found.isEmpty() || !manifests.lockLink(found.get(), manifest.get().id())) {
            return Progress.NOT_THERE;
        }
        long repositoryId = found.get();
        if (owner.isPresent() && !isTemporary(repositoryId, manifest.get(), owner.get())) {
            return Progress.NOT_THERE;
        }
        List<PointedTag> some = tags.lockSomeOf(repositoryId, manifest.get().id(), TAGS_A_TRANSACTION);
        if (!again) {
            kept.requireNone(repository, some.stream().map(PointedTag::tag).toList()); // it came meanwhile
        }
        deleteTags(repositoryId, repository, some, id);
        if (some.size() == TAGS_A_TRANSACTION) {
            return Progress.GOES_ON;
        }
        unlink(repositoryId, repository, manifest.get(), id);
        return Progress.DONE;
    }

    /** Also what a manifest lists is no longer for a build alone, unless that manifest is. */
    private boolean isTemporary(long repositoryId, LinkedManifest manifest, String owner) {
        Instant longAgo = clock.instant().minus(LONGEST_BUILD);
        List<ManifestTable.Parent> parents = manifests.parents(repositoryId, manifest.digest(), MOST_PARENTS);
        return parents.size() < MOST_PARENTS
                && manifests.isTemporary(repositoryId, manifest.id(), owner, longAgo)
                && parents.stream().allMatch(parent -> manifests.isTemporary(repositoryId, parent.id(), owner, longAgo));
    }

    /** Deletes tags that are locked, within the running transaction. */
    void deleteTags(long repositoryId, RepositoryName repository, List<PointedTag> locked, DeletionId id) {
        if (locked.isEmpty()) {
            return;
        }
        List<Tag> names = locked.stream().map(PointedTag::tag).toList();
        tags.delete(repositoryId, names);
        locked.forEach(tag -> events.publishEvent(
                new TagDeleted(repositoryId, repository, tag.tag(), tag.manifestId(), tag.since(), id)));
        repositories.countTagChange(repositoryId);
        durability.append(Change.FEATURE, new Change.DeleteTags(repository, names).toBytes());
    }

    /** Takes a manifest that has no tag from a repository, within the running transaction. */
    void unlink(long repositoryId, RepositoryName repository, LinkedManifest manifest, DeletionId id) {
        boolean temporary = manifests.isTemporary(repositoryId, manifest.id());
        manifests.unlink(repositoryId, manifest.id());
        events.publishEvent(new ManifestDeleted(
                repositoryId, repository, manifest.id(), manifest.digest(), manifest.mediaType(), temporary, id));
        durability.append(Change.FEATURE, new Change.DeleteManifest(repository, manifest.digest()).toBytes());
    }
}
