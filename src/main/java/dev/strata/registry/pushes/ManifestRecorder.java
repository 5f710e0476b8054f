package dev.strata.registry.pushes;

import dev.strata.database.durability.Durability;
import dev.strata.oci.Digest;
import dev.strata.oci.Manifest;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.Rows;
import dev.strata.registry.blobs.RequiredBlobs;
import dev.strata.registry.changes.Change;
import dev.strata.registry.changes.ManifestPush;
import dev.strata.registry.changes.Pusher;
import dev.strata.registry.changes.RepositoryChanges;
import dev.strata.registry.events.ManifestPrepared;
import dev.strata.registry.events.ManifestPushed;
import dev.strata.registry.manifests.ManifestLinkTable;
import dev.strata.registry.manifests.ManifestTable;
import dev.strata.registry.manifests.ReferenceTable;
import dev.strata.registry.repositories.RepositoryTable;
import dev.strata.registry.tags.TagMoves;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.stereotype.Component;

/** Writes manifests with all of their rows in one transaction. */
@Component
public class ManifestRecorder {

    /** Someone else can come between looking for a row and writing it, but not for ever. */
    private static final int ATTEMPTS = 5;
    /** A manifest that names more is checked, and what it names is written, before the transaction that has it pushed. */
    private static final int REFERENCES_A_TRANSACTION = 1_000;

    private static final long NO_REPOSITORY = 0;

    private final RepositoryChanges changes;
    private final RepositoryTable repositories;
    private final RequiredBlobs required;
    private final ManifestTable manifests;
    private final ManifestLinkTable links;
    private final TagMoves moves;
    private final MergedTags merged;
    private final Durability durability;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    ManifestRecorder(
            RepositoryChanges changes,
            RepositoryTable repositories,
            RequiredBlobs required,
            ManifestTable manifests,
            ManifestLinkTable links,
            TagMoves moves,
            MergedTags merged,
            Durability durability,
            ApplicationEventPublisher events,
            Clock clock) {
        this.changes = changes;
        this.repositories = repositories;
        this.required = required;
        this.manifests = manifests;
        this.links = links;
        this.moves = moves;
        this.merged = merged;
        this.durability = durability;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Returns the blobs that are missing and may be.
     *
     * @param still asked in the transaction, under the repository's lock
     * @throws RegistryException MANIFEST_BLOB_UNKNOWN with each digest that is missing, SIZE_INVALID, TAG_IMMUTABLE, and
     *     PRECONDITION_FAILED where the condition no longer holds
     */
    Set<Digest> record(ManifestPush pushed, Manifest manifest, BooleanSupplier still) {
        if (ReferenceTable.count(manifest) > REFERENCES_A_TRANSACTION) {
            Optional<Set<Digest>> missing = recordLarge(pushed, manifest, still);
            if (missing.isPresent()) {
                return missing.get();
            }
        }
        return changes.make("put a manifest", pushed.repository(), () -> {
            long repositoryId = repositories.lockOrCreate(pushed.repository());
            require(still);
            Set<Digest> missing = required.require(repositoryId, manifest);
            write(pushed, manifest, repositoryId, Optional.empty());
            return missing;
        });
    }

    /**
     * Checks and writes what a manifest names before its transaction, which sees to it only that no blob was deleted
     * meanwhile. Empty where one was, again and again.
     */
    private Optional<Set<Digest>> recordLarge(ManifestPush pushed, Manifest manifest, BooleanSupplier still) {
        Optional<Set<Digest>> recorded = Optional.empty();
        for (int attempt = 0; attempt < ATTEMPTS && recorded.isEmpty(); attempt++) {
            Optional<Long> id = repositories.findId(pushed.repository());
            Optional<Long> deletions = id.flatMap(repositories::blobDeletions);
            Set<Digest> missing = required.require(id.orElse(NO_REPOSITORY), manifest);
            prepare(pushed, manifest);
            recorded = changes.make("put a large manifest", pushed.repository(), () -> {
                long repositoryId = repositories.lockOrCreate(pushed.repository());
                require(still);
                if (id.isPresent()
                        && (repositoryId != id.get() || !repositories.blobDeletions(repositoryId).equals(deletions))) {
                    return Optional.empty();
                }
                write(pushed, manifest, repositoryId, Optional.empty());
                return Optional.of(missing);
            });
        }
        return recorded;
    }

    private static void require(BooleanSupplier still) {
        if (!still.getAsBoolean()) {
            throw new RegistryException(
                    Problem.PRECONDITION_FAILED, "what the push was to replace has changed meanwhile", Map.of());
        }
    }

    /** What was written of it and is never pushed serves the next push of it, until it is collected. */
    private void prepare(ManifestPush pushed, Manifest manifest) {
        boolean prepared = ReferenceTable.count(manifest) <= REFERENCES_A_TRANSACTION;
        while (!prepared) {
            prepared = changes.make(
                    "prepare a large manifest",
                    pushed.repository(),
                    () -> prepareSome(pushed, manifest));
        }
    }

    private boolean prepareSome(ManifestPush pushed, Manifest manifest) {
        ManifestTable.Prepared prepared = manifests.prepare(
                pushed.digest(), manifest, pushed.content().length, REFERENCES_A_TRANSACTION, clock.instant());
        if (prepared.row().isNew()) {
            events.publishEvent(new ManifestPrepared(prepared.row().id()));
        }
        return prepared.isWhole();
    }

    /** Writes what was checked when it was pushed. */
    public void recordAgain(Change.PutManifest put) {
        ManifestPush pushed = put.push();
        Manifest manifest = pushed.manifest();
        prepare(pushed, manifest);
        changes.make(
                "put a manifest again",
                pushed.repository(),
                () -> write(
                        pushed, manifest, repositories.lockOrCreate(pushed.repository()), Optional.of(put.at())));
    }

    /**
     * Says whether there are tags that were not there before.
     *
     * @param then when it was allowed and written before a crash
     */
    private boolean write(ManifestPush pushed, Manifest manifest, long repositoryId, Optional<Instant> then) {
        Instant now = then.orElseGet(clock::instant);
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
                merged.moved(pushed, manifest, repositoryId, then.isPresent()),
                new TagMoves.Move(
                        repositoryId, pushed.repository(), row.id(), pushed.pusher(), now, then.isPresent()));
        if (newTags) {
            repositories.countTagChange(repositoryId);
        }
        durability.append(Change.FEATURE, new Change.PutManifest(pushed, now).toBytes());
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
            Optional<Link> found = mayBeThere ? found(repositoryId, row, manifest, pusher, owner, now) : Optional.empty();
            if (found.isPresent()) {
                return found.get();
            }
            if (links.link(repositoryId, row.id(), manifest, owner, now)) {
                return Link.NEW;
            }
        }
        throw new PessimisticLockingFailureException("The manifest is being deleted again and again");
    }

    /** Whoever may push temporary images alone changes nothing of what is there. */
    private Optional<Link> found(
            long repositoryId, Rows.Row row, Manifest manifest, Pusher pusher, Optional<String> owner, Instant now) {
        if (pusher.onlyTemporary()) {
            return links.touch(repositoryId, row.id(), now) ? Optional.of(Link.KEPT) : Optional.empty();
        }
        if (links.relink(repositoryId, row.id(), manifest.mediaType(), owner, now)) {
            return Optional.of(Link.KEPT);
        }
        return links.settle(repositoryId, row.id(), manifest.mediaType(), now)
                ? Optional.of(Link.SETTLED)
                : Optional.empty();
    }
}
