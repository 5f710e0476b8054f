package dev.strata.registry.deletions;

import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.DeletionId;
import dev.strata.registry.changes.RepositoryChanges;
import dev.strata.registry.manifests.LinkedManifest;
import dev.strata.registry.manifests.ManifestLinkTable;
import dev.strata.registry.manifests.ManifestTable;
import dev.strata.registry.repositories.RepositoryTable;
import dev.strata.registry.tags.KeptTags;
import dev.strata.registry.tags.PointedTag;
import dev.strata.registry.tags.TagTable;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.springframework.stereotype.Service;

/** Deletes what somebody planned to delete some time ago, if what they know of it still holds. */
@Service
public class PlannedDeletions {

    private final RepositoryChanges changes;
    private final RepositoryTable repositories;
    private final ManifestTable manifests;
    private final ManifestLinkTable links;
    private final TagTable tags;
    private final KeptTags kept;
    private final ManifestDeletions deletions;
    private final DeletionsAlong along;
    private final Clock clock;

    PlannedDeletions(
            RepositoryChanges changes,
            RepositoryTable repositories,
            ManifestTable manifests,
            ManifestLinkTable links,
            TagTable tags,
            KeptTags kept,
            ManifestDeletions deletions,
            DeletionsAlong along,
            Clock clock) {
        this.changes = changes;
        this.repositories = repositories;
        this.manifests = manifests;
        this.links = links;
        this.tags = tags;
        this.kept = kept;
        this.deletions = deletions;
        this.along = along;
        this.clock = clock;
    }

    /** What became of it. */
    public enum Outcome {
        DELETED,
        /** It no longer holds what was known of it. */
        STAYED,
        IMMUTABLE,
        NOT_THERE
    }

    private enum Progress {
        DONE,
        GOES_ON,
        NO_LONGER,
        NOT_THERE
    }

    /**
     * Deletes a manifest, its tags and what was only there for it.
     *
     * @param deletion what it belongs to
     * @param still asked under the repository's lock, in the transaction that deletes: nothing changes in the repository
     *     until it is over. Of a manifest with very many tags it is asked several times
     */
    public Outcome delete(RepositoryName repository, Digest digest, DeletionId deletion, BooleanSupplier still) {
        try {
            kept.requireNoneOn(repository, digest);
            Step step;
            do {
                step = changes.make(
                        "delete a manifest as planned", repository, () -> deleteSome(repository, digest, deletion, still));
            } while (step.progress() == Progress.GOES_ON);
            return switch (step.progress()) {
                case DONE, GOES_ON -> {
                    along.followFew(new DeletionsAlong.Deleted(repository, digest, deletion, step.at()));
                    yield Outcome.DELETED;
                }
                case NO_LONGER -> Outcome.STAYED;
                case NOT_THERE -> Outcome.NOT_THERE;
            };
        } catch (RegistryException e) {
            if (e.problem() == Problem.TAG_IMMUTABLE) {
                return Outcome.IMMUTABLE;
            }
            throw e;
        }
    }

    /**
     * Deletes a manifest that has no tag, and was neither pushed nor lost a tag since a moment, and what was only there for it.
     */
    public Outcome deleteUntagged(RepositoryName repository, Digest digest, DeletionId deletion, Instant since) {
        return delete(repository, digest, deletion, () -> {
            Optional<Long> repositoryId = repositories.findId(repository);
            Optional<Long> manifestId = manifests.findId(digest);
            return repositoryId.isPresent()
                    && manifestId.isPresent()
                    && tags.lockSomeOf(repositoryId.get(), manifestId.get(), 1).isEmpty()
                    && links.isUntouchedSince(repositoryId.get(), manifestId.get(), since);
        });
    }

    /** @param at when that was */
    private record Step(Progress progress, Instant at) {}

    private Step deleteSome(RepositoryName repository, Digest digest, DeletionId deletion, BooleanSupplier still) {
        Optional<Long> repositoryId = repositories.lock(repository);
        Instant at = clock.instant(); // with the lock: whatever was done before was done earlier
        Optional<LinkedManifest> manifest = manifests.find(repository, digest);
        if (repositoryId.isEmpty()
                || manifest.isEmpty()
                || !links.lock(repositoryId.get(), manifest.get().id())) {
            return new Step(Progress.NOT_THERE, at);
        }
        if (!still.getAsBoolean()) {
            return new Step(Progress.NO_LONGER, at);
        }
        List<PointedTag> some =
                tags.lockSomeOf(repositoryId.get(), manifest.get().id(), ManifestDeletions.TAGS_A_TRANSACTION);
        kept.requireNone(repository, some.stream().map(PointedTag::tag).toList()); // it came meanwhile
        deletions.deleteTags(repositoryId.get(), repository, some, deletion, at);
        if (some.size() == ManifestDeletions.TAGS_A_TRANSACTION) {
            return new Step(Progress.GOES_ON, at);
        }
        deletions.unlink(repositoryId.get(), repository, manifest.get(), deletion, at);
        return new Step(Progress.DONE, at);
    }
}
