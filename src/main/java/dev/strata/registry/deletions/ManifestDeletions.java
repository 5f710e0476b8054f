package dev.strata.registry.deletions;

import dev.strata.database.durability.Durability;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.RegistryException;
import dev.strata.registry.DeletionId;
import dev.strata.registry.changes.Change;
import dev.strata.registry.changes.RepositoryChanges;
import dev.strata.registry.events.ManifestDeleted;
import dev.strata.registry.events.TagDeleted;
import dev.strata.registry.manifests.LinkedManifest;
import dev.strata.registry.manifests.ManifestLinkTable;
import dev.strata.registry.manifests.ManifestTable;
import dev.strata.registry.manifests.ParentSearch;
import dev.strata.registry.repositories.RepositoryTable;
import dev.strata.registry.tags.KeptTags;
import dev.strata.registry.tags.PointedTag;
import dev.strata.registry.tags.TagTable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/** Deletes manifests with their tags. */
@Component
public class ManifestDeletions {

    /** So few that they are deleted, with what listens, in a fraction of the time that a transaction may take. */
    static final int TAGS_A_TRANSACTION = 200;

    /** How long a temporary image is its owner's alone. */
    static final Duration LONGEST_BUILD = Duration.ofDays(1);
    private static final int MOST_PARENTS = 100;

    private final RepositoryChanges changes;
    private final RepositoryTable repositories;
    private final ManifestTable manifests;
    private final ManifestLinkTable links;
    private final ParentSearch parents;
    private final TagTable tags;
    private final KeptTags kept;
    private final Durability durability;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    ManifestDeletions(
            RepositoryChanges changes,
            RepositoryTable repositories,
            ManifestTable manifests,
            ManifestLinkTable links,
            ParentSearch parents,
            TagTable tags,
            KeptTags kept,
            Durability durability,
            ApplicationEventPublisher events,
            Clock clock) {
        this.changes = changes;
        this.repositories = repositories;
        this.manifests = manifests;
        this.links = links;
        this.parents = parents;
        this.tags = tags;
        this.kept = kept;
        this.durability = durability;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Deletes a manifest and its tags, and says when; empty where the repository did not have it. Very many tags go in several
     * transactions and the manifest with the last of them, so that each is short and no tag ever points at nothing.
     *
     * @throws RegistryException TAG_IMMUTABLE
     */
    Optional<Instant> delete(RepositoryName repository, Digest digest, DeletionId id) {
        kept.requireNoneOn(repository, digest);
        return delete(repository, digest, id, Optional.empty(), Optional.empty());
    }

    /**
     * The same for a temporary image, of an owner or older than a build may last; anything else is not there.
     *
     * @throws RegistryException TAG_IMMUTABLE
     */
    Optional<Instant> deleteTemporary(RepositoryName repository, Digest digest, DeletionId id, String owner) {
        return repositories
                .findId(repository)
                .map(repositoryId -> new Owned(owner, parents.lookFor(repositoryId, digest, MOST_PARENTS)))
                .flatMap(owned -> delete(repository, digest, id, Optional.empty(), Optional.of(owned)));
    }

    /** What only its owner may delete. */
    private record Owned(String owner, ParentSearch.Look parents) {}

    public void deleteAgain(Change.DeleteManifest deleted) {
        delete(deleted.repository(), deleted.digest(), deleted.deletion(), Optional.of(deleted.at()), Optional.empty());
    }

    /** @param then when it was deleted before a crash */
    private Optional<Instant> delete(
            RepositoryName repository, Digest digest, DeletionId id, Optional<Instant> then, Optional<Owned> owned) {
        Progress progress = changes.make(
                "delete a manifest", repository, () -> deleteSome(repository, digest, id, then, owned));
        Optional<Instant> at = progress.at();
        while (progress.goesOn()) {
            progress = changes.make(
                    "delete a manifest's tags", repository, () -> deleteSome(repository, digest, id, then, owned));
            at = progress.at().or(() -> Optional.of(clock.instant())); // somebody else deleted the rest
        }
        return at;
    }

    /**
     * How far a deletion came with one transaction.
     *
     * @param at when that was; empty where the manifest was not there
     */
    private record Progress(Optional<Instant> at, boolean goesOn) {}

    private Progress deleteSome(
            RepositoryName repository, Digest digest, DeletionId id, Optional<Instant> then, Optional<Owned> owned) {
        Optional<Long> found = repositories.lock(repository);
        Optional<LinkedManifest> manifest = manifests.find(repository, digest);
        if (manifest.isEmpty() || found.isEmpty() || !links.lock(found.get(), manifest.get().id())) {
            return new Progress(Optional.empty(), false);
        }
        long repositoryId = found.get();
        if (owned.isPresent() && !isTemporary(repositoryId, manifest.get(), owned.get())) {
            return new Progress(Optional.empty(), false);
        }
        List<PointedTag> some = tags.lockSomeOf(repositoryId, manifest.get().id(), TAGS_A_TRANSACTION);
        if (then.isEmpty()) {
            kept.requireNone(repository, some.stream().map(PointedTag::tag).toList()); // it came meanwhile
        }
        Instant at = then.orElseGet(clock::instant); // with the lock: whatever was done before was done earlier
        deleteTags(repositoryId, repository, some, id, at);
        if (some.size() == TAGS_A_TRANSACTION) {
            return new Progress(Optional.of(at), true);
        }
        unlink(repositoryId, repository, manifest.get(), id, at);
        return new Progress(Optional.of(at), false);
    }

    /** Also what a manifest lists is no longer for a build alone, unless that manifest is. */
    private boolean isTemporary(long repositoryId, LinkedManifest manifest, Owned owned) {
        Instant longAgo = clock.instant().minus(LONGEST_BUILD);
        return links.isTemporary(repositoryId, manifest.id(), owned.owner(), longAgo)
                && owned.parents()
                        .now()
                        .filter(named -> named.size() < MOST_PARENTS)
                        .filter(named -> named.stream()
                                .allMatch(parent ->
                                        links.isTemporary(repositoryId, parent.id(), owned.owner(), longAgo)))
                        .isPresent();
    }

    /** Deletes tags that are locked, within the running transaction. */
    void deleteTags(long repositoryId, RepositoryName repository, List<PointedTag> locked, DeletionId id, Instant at) {
        if (locked.isEmpty()) {
            return;
        }
        List<Tag> names = locked.stream().map(PointedTag::tag).toList();
        tags.delete(repositoryId, names);
        locked.stream()
                .map(PointedTag::manifestId)
                .distinct()
                .forEach(manifestId -> links.touch(repositoryId, manifestId, at));
        locked.forEach(tag -> events.publishEvent(
                new TagDeleted(repositoryId, repository, tag.tag(), tag.manifestId(), tag.since(), id)));
        repositories.countTagChange(repositoryId);
        durability.append(Change.FEATURE, new Change.DeleteTags(repository, names, id, at).toBytes());
    }

    /** Takes a manifest that has no tag from a repository, within the running transaction. */
    void unlink(long repositoryId, RepositoryName repository, LinkedManifest manifest, DeletionId id, Instant at) {
        boolean temporary = links.isTemporary(repositoryId, manifest.id());
        links.unlink(repositoryId, manifest.id());
        events.publishEvent(new ManifestDeleted(
                repositoryId, repository, manifest.id(), manifest.digest(), manifest.mediaType(), temporary, id, at));
        durability.append(
                Change.FEATURE, new Change.DeleteManifest(repository, manifest.digest(), id, at).toBytes());
    }
}
