package dev.strata.registry;

import dev.strata.database.Durability;
import dev.strata.oci.Digest;
import dev.strata.oci.Manifest;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.RegistryException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.stereotype.Component;

/** Writes manifests with all of their rows in one transaction. */
@Component
class ManifestRecorder {

    /** Someone else can come between looking for a row and writing it, but not for ever. */
    static final int ATTEMPTS = 5;
    /** So few that they are deleted, with what listens, in a fraction of the time that a transaction may take. */
    static final int TAGS_A_TRANSACTION = 200;
    /** A manifest that names more is checked, and what it names is written, before the transaction that has it pushed. */
    static final int REFERENCES_A_TRANSACTION = 1_000;

    /** How long a temporary image is its owner's alone. */
    static final Duration LONGEST_BUILD = Duration.ofDays(1);

    private static final int MOST_PARENTS = 100;
    private static final long NO_REPOSITORY = 0;

    private final RepositoryChanges changes;
    private final RepositoryTable repositories;
    private final RequiredBlobs required;
    private final ManifestTable manifests;
    private final TagTable tags;
    private final TagMoves moves;
    private final KeptTags kept;
    private final Durability durability;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    ManifestRecorder(
            RepositoryChanges changes,
            RepositoryTable repositories,
            RequiredBlobs required,
            ManifestTable manifests,
            TagTable tags,
            TagMoves moves,
            KeptTags kept,
            Durability durability,
            ApplicationEventPublisher events,
            Clock clock) {
        this.changes = changes;
        this.repositories = repositories;
        this.required = required;
        this.manifests = manifests;
        this.tags = tags;
        this.moves = moves;
        this.kept = kept;
        this.durability = durability;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Returns the blobs that are missing and may be.
     *
     * @throws RegistryException MANIFEST_BLOB_UNKNOWN with each digest that is missing, SIZE_INVALID, TAG_IMMUTABLE
     */
    Set<Digest> record(Change.PutManifest pushed, Manifest manifest) {
        if (ReferenceTable.count(manifest) > REFERENCES_A_TRANSACTION) {
            Optional<Set<Digest>> missing = recordLarge(pushed, manifest);
            if (missing.isPresent()) {
                return missing.get();
            }
        }
        return changes.make("put a manifest", pushed.repository(), () -> {
            long repositoryId = repositories.lockOrCreate(pushed.repository());
            Set<Digest> missing = required.require(repositoryId, manifest);
            write(pushed, manifest, repositoryId, false);
            return missing;
        });
    }

    /**
     * Checks and writes what a manifest names before its transaction, which sees to it only that no blob was deleted
     * meanwhile. Empty where one was, again and again.
     */
    private Optional<Set<Digest>> recordLarge(Change.PutManifest pushed, Manifest manifest) {
        Optional<Set<Digest>> recorded = Optional.empty();
        for (int attempt = 0; attempt < ATTEMPTS && recorded.isEmpty(); attempt++) {
            Optional<Long> id = repositories.findId(pushed.repository());
            Optional<Long> deletions = id.flatMap(repositories::blobDeletions);
            Set<Digest> missing = required.require(id.orElse(NO_REPOSITORY), manifest);
            prepare(pushed, manifest);
            recorded = changes.make("put a large manifest", pushed.repository(), () -> {
                long repositoryId = repositories.lockOrCreate(pushed.repository());
                if (id.isPresent()
                        && (repositoryId != id.get() || !repositories.blobDeletions(repositoryId).equals(deletions))) {
                    return Optional.empty();
                }
                write(pushed, manifest, repositoryId, false);
                return Optional.of(missing);
            });
        }
        return recorded;
    }

    /** What was written of it and is never pushed serves the next push of it, until it is collected. */
    private void prepare(Change.PutManifest pushed, Manifest manifest) {
        boolean prepared = ReferenceTable.count(manifest) <= REFERENCES_A_TRANSACTION;
        while (!prepared) {
            prepared = changes.make(
                    "prepare a large manifest",
                    pushed.repository(),
                    () -> prepareSome(pushed, manifest));
        }
    }

    private boolean prepareSome(Change.PutManifest pushed, Manifest manifest) {
        ManifestTable.Prepared prepared = manifests.prepare(
                pushed.digest(), manifest, pushed.content().length, REFERENCES_A_TRANSACTION, clock.instant());
        if (prepared.row().isNew()) {
            events.publishEvent(new ManifestPrepared(prepared.row().id()));
        }
        return prepared.isWhole();
    }

    /** Writes what was checked when it was pushed. */
    void recordAgain(Change.PutManifest pushed) {
        Manifest manifest = pushed.manifest();
        prepare(pushed, manifest);
        changes.make(
                "put a manifest again",
                pushed.repository(),
                () -> write(pushed, manifest, repositories.lockOrCreate(pushed.repository()), true));
    }

    /**
     * Says whether there are tags that were not there before.
     *
     * @param again whether it was allowed before
     */
    private boolean write(Change.PutManifest pushed, Manifest manifest, long repositoryId, boolean again) {
        Instant now = clock.instant();
        Rows.Row row = manifests.lockOrCreate(pushed.digest(), manifest, pushed.content(), now);
        Optional<String> owner = pushed.pusher().owner(pushed.tags());
        Link link = link(repositoryId, row, manifest, pushed.pusher(), owner, now);
        events.publishEvent(new ManifestPushed(
                repositoryId,
                pushed.repository(),
                row.id(),
                pushed.digest(),
                manifest,
                pushed.content(),
                row.isNew(),
                link == Link.NEW,
                link == Link.SETTLED || link == Link.NEW && owner.isEmpty()));
        boolean newTags = moves.set(
                pushed.tags(),
                new TagMoves.Move(repositoryId, pushed.repository(), row.id(), pushed.pusher(), now, again));
        if (newTags) {
            repositories.countTagChange(repositoryId);
        }
        durability.append(Change.FEATURE, pushed.toBytes());
        return newTags;
    }

    /** How a repository had a manifest that is pushed. */
    private enum Link {
        NEW,
        /** As somebody's temporary image; now it stays. */
        SETTLED,
        KEPT
    }

    private Link link(
            long repositoryId, Rows.Row row, Manifest manifest, Pusher pusher, Optional<String> owner, Instant now) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            // One whose bytes were lost is new and linked.
            boolean mayBeThere = !row.isNew() || attempt > 0;
            Optional<Link> found = mayBeThere ? found(repositoryId, row, manifest, pusher, owner) : Optional.empty();
            if (found.isPresent()) {
                return found.get();
            }
            if (manifests.link(repositoryId, row.id(), manifest, owner, now)) {
                return Link.NEW;
            }
        }
        throw new PessimisticLockingFailureException("The manifest is being deleted again and again");
    }

    /** Whoever may push temporary images alone changes nothing of what is there. */
    private Optional<Link> found(
            long repositoryId, Rows.Row row, Manifest manifest, Pusher pusher, Optional<String> owner) {
        if (pusher.onlyTemporary()) {
            return manifests.lockLink(repositoryId, row.id()) ? Optional.of(Link.KEPT) : Optional.empty();
        }
        if (manifests.relink(repositoryId, row.id(), manifest.mediaType(), owner)) {
            return Optional.of(Link.KEPT);
        }
        return manifests.settle(repositoryId, row.id(), manifest.mediaType()) ? Optional.of(Link.SETTLED) : Optional.empty();
    }

    /**
     * Deletes a manifest and its tags, and says whether the repository had it. Very many tags go in several transactions
     * and the manifest with the last of them, so that each is short and no tag ever points at nothing.
     *
     * @throws RegistryException TAG_IMMUTABLE
     */
    boolean delete(RepositoryName repository, Digest digest) {
        kept.requireNoneOn(repository, digest);
        return delete(repository, digest, false, Optional.empty());
    }

    /**
     * The same for a temporary image, of an owner or older than a build may last; anything else is not there.
     *
     * @throws RegistryException TAG_IMMUTABLE
     */
    boolean deleteTemporary(RepositoryName repository, Digest digest, String owner) {
        return delete(repository, digest, false, Optional.of(owner));
    }

    boolean deleteAgain(RepositoryName repository, Digest digest) {
        return delete(repository, digest, true, Optional.empty());
    }

    private boolean delete(RepositoryName repository, Digest digest, boolean again, Optional<String> owner) {
        Progress progress =
                changes.make("delete a manifest", repository, () -> deleteSome(repository, digest, again, owner));
        boolean wasThere = progress != Progress.NOT_THERE;
        while (progress == Progress.GOES_ON) {
            progress = changes.make(
                    "delete a manifest's tags", repository, () -> deleteSome(repository, digest, again, owner));
        }
        return wasThere;
    }

    private enum Progress {
        NOT_THERE,
        GOES_ON,
        DONE
    }

    private Progress deleteSome(RepositoryName repository, Digest digest, boolean again, Optional<String> owner) {
        Optional<Long> found = repositories.lock(repository);
        Optional<LinkedManifest> manifest = manifests.find(repository, digest);
        if (manifest.isEmpty() || found.isEmpty()) {
            return Progress.NOT_THERE;
        }
        long repositoryId = found.get();
        long manifestId = manifest.get().id();
        if (!manifests.lockLink(repositoryId, manifestId)) {
            return Progress.NOT_THERE; // someone else deleted it first
        }
        if (owner.isPresent() && !isTemporary(repositoryId, manifest.get(), owner.get())) {
            return Progress.NOT_THERE;
        }
        List<Tag> some = tags.lockSomeOf(repositoryId, manifestId, TAGS_A_TRANSACTION);
        if (!again) {
            kept.requireNone(repository, some); // it came meanwhile
        }
        if (!some.isEmpty()) {
            tags.delete(repositoryId, some);
            some.forEach(tag -> events.publishEvent(new TagDeleted(repositoryId, repository, tag, manifestId)));
            repositories.countTagChange(repositoryId);
            durability.append(Change.FEATURE, new Change.DeleteTags(repository, some).toBytes());
        }
        if (some.size() == TAGS_A_TRANSACTION) {
            return Progress.GOES_ON;
        }
        manifests.unlink(repositoryId, manifestId);
        events.publishEvent(new ManifestDeleted(repositoryId, repository, manifestId, digest));
        durability.append(Change.FEATURE, new Change.DeleteManifest(repository, digest).toBytes());
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
}
