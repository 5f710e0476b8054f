package dev.strata.registry.deletions;

import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.DeletionId;
import dev.strata.registry.changes.RepositoryChanges;
import dev.strata.registry.manifests.LinkedManifest;
import dev.strata.registry.manifests.ManifestLinkTable;
import dev.strata.registry.manifests.ManifestTable;
import dev.strata.registry.manifests.ParentSearch;
import dev.strata.registry.manifests.ReferenceTable;
import dev.strata.registry.repositories.RepositoryTable;
import dev.strata.registry.tags.DigestTags;
import dev.strata.registry.tags.KeptTags;
import dev.strata.registry.tags.PointedTag;
import dev.strata.registry.tags.TagTable;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;

/**
 * Deletes what was only there for a manifest that was deleted: what it listed, what refers to it, such as signatures, and what
 * is under {@linkplain DigestTags tags made of its digest}. Of these stays what has a name of its own, what another manifest of
 * the repository lists, and what is about another one that it has. It belongs to the same deletion, and ends as soon as the
 * manifest is there again.
 *
 * <p>However late it is done, it does what it would have done at the time of the deletion: what was pushed or lost its tag
 * since then stays. So it can be done again, also after a crash.
 */
@Service
public class DeletionsAlong {

    private static final Logger log = LoggerFactory.getLogger(DeletionsAlong.class);

    private static final int AT_ONCE = 20;
    /** Others can push very many manifests between a look and its transaction, but not for ever. */
    private static final int ATTEMPTS = 5;
    /** So many a request does itself, that an image is gone as a whole when it is answered, unless it is very large. */
    private static final int PIECES_A_REQUEST = 100;

    private final RepositoryChanges changes;
    private final RepositoryTable repositories;
    private final ManifestTable manifests;
    private final ManifestLinkTable links;
    private final ParentSearch parents;
    private final ReferenceTable references;
    private final TagTable tags;
    private final DigestTags digestTags;
    private final KeptTags kept;
    private final ManifestDeletions deletions;
    private final ApplicationEventPublisher events;

    DeletionsAlong(
            RepositoryChanges changes,
            RepositoryTable repositories,
            ManifestTable manifests,
            ManifestLinkTable links,
            ParentSearch parents,
            ReferenceTable references,
            TagTable tags,
            DigestTags digestTags,
            KeptTags kept,
            ManifestDeletions deletions,
            ApplicationEventPublisher events) {
        this.changes = changes;
        this.repositories = repositories;
        this.manifests = manifests;
        this.links = links;
        this.parents = parents;
        this.references = references;
        this.tags = tags;
        this.digestTags = digestTags;
        this.kept = kept;
        this.deletions = deletions;
        this.events = events;
    }

    /**
     * A manifest that was deleted from a repository.
     *
     * @param at when it was, or that along with which it went
     */
    public record Deleted(RepositoryName repository, Digest digest, DeletionId deletion, Instant at) {}

    /** What is looked at, one after the other. */
    private enum Stage {
        LISTED,
        REFERRERS,
        TAGS
    }

    /** @param next where to go on; empty where that was all */
    private record Piece(List<Digest> deleted, Optional<String> next) {}

    /** Does the next piece, and says where to go on; empty where that was all. */
    public Optional<String> follow(Deleted deleted, Optional<String> from) {
        return piece(deleted, from).next();
    }

    /** Does at once what is little, also of what was deleted along itself. The rest is left to the background. */
    void followFew(Deleted first) {
        Deque<Deleted> open = new ArrayDeque<>(List.of(first));
        List<Deleted> done = new ArrayList<>();
        Optional<String> from = Optional.empty();
        for (int pieces = 0; pieces < PIECES_A_REQUEST && !open.isEmpty(); pieces++) {
            Piece piece = piece(open.element(), from);
            piece.deleted()
                    .forEach(digest -> open.add(new Deleted(first.repository(), digest, first.deletion(), first.at())));
            from = piece.next();
            if (from.isEmpty()) {
                done.add(open.remove());
            }
        }
        changes.make("note what went along", first.repository(), () -> {
            done.forEach(deleted -> events.publishEvent(new DeletionFollowed(deleted)));
            return done;
        });
    }

    private Piece piece(Deleted deleted, Optional<String> from) {
        Optional<Long> repositoryId = repositories.findId(deleted.repository());
        Optional<Long> manifestId = manifests.findId(deleted.digest());
        if (repositoryId.isEmpty() || manifestId.isEmpty()) {
            return new Piece(List.of(), Optional.empty());
        }
        String[] at = from.orElse(Stage.LISTED + " 0").split(" ");
        Stage stage = Stage.valueOf(at[0]);
        long position = Long.parseLong(at[1]);
        List<Digest> gone = new ArrayList<>();
        long next = switch (stage) {
            case LISTED -> {
                List<ReferenceTable.Listed> listed = references.listed(manifestId.get(), position, AT_ONCE);
                listed.forEach(part -> delete(deleted, part.digest(), gone));
                yield listed.size() < AT_ONCE ? 0 : listed.getLast().position() + 1;
            }
            case REFERRERS -> {
                List<LinkedManifest> referrers =
                        manifests.referrers(repositoryId.get(), deleted.digest(), position, AT_ONCE);
                referrers.forEach(referrer -> delete(deleted, referrer.digest(), gone));
                yield referrers.size() < AT_ONCE ? 0 : referrers.getLast().id();
            }
            case TAGS -> {
                DigestTags.of(deleted.digest())
                        .flatMap(tag -> manifests.find(deleted.repository(), tag.name()).stream())
                        .forEach(tagged -> delete(deleted, tagged.digest(), gone));
                yield 0;
            }
        };
        if (next > 0) {
            return new Piece(gone, Optional.of(stage + " " + next));
        }
        return new Piece(
                gone,
                stage == Stage.TAGS ? Optional.empty() : Optional.of(Stage.values()[stage.ordinal() + 1] + " 0"));
    }

    private void delete(Deleted deleted, Digest digest, List<Digest> gone) {
        try {
            Outcome outcome = Outcome.UNCLEAR;
            for (int attempt = 0; attempt < ATTEMPTS && outcome == Outcome.UNCLEAR; attempt++) {
                Optional<ParentSearch.Look> look =
                        repositories.findId(deleted.repository()).map(id -> parents.lookFor(id, digest, 1));
                outcome = changes.make(
                        "delete a manifest along", deleted.repository(), () -> deleteNow(deleted, digest, look));
            }
            if (outcome == Outcome.GONE) {
                gone.add(digest);
            }
        } catch (RegistryException e) {
            if (e.problem() != Problem.TAG_IMMUTABLE) {
                throw e;
            }
            log.debug("{} stays, though {} was deleted", digest, deleted.digest(), e);
        }
    }

    private enum Outcome {
        GONE,
        STAYS,
        /** So much came meanwhile that it has to be looked at once more. */
        UNCLEAR
    }

    /** What has a name, what something else lists, and what is about something else stays: that takes it along when it goes. */
    private Outcome deleteNow(Deleted deleted, Digest digest, Optional<ParentSearch.Look> listing) {
        RepositoryName repository = deleted.repository();
        Optional<Long> repositoryId = repositories.lock(repository);
        boolean cameBack = manifests.find(repository, deleted.digest()).isPresent();
        Optional<LinkedManifest> manifest = manifests.find(repository, digest);
        if (repositoryId.isEmpty() || cameBack || manifest.isEmpty()) {
            return Outcome.STAYS;
        }
        long id = repositoryId.get();
        List<PointedTag> named = tags.lockSomeOf(id, manifest.get().id(), DigestTags.ENOUGH);
        List<Tag> names = named.stream().map(PointedTag::tag).toList();
        boolean isAboutOneThatStays = links
                .subject(id, manifest.get().id())
                .filter(about -> links.isLinked(id, about))
                .isPresent();
        if (isAboutOneThatStays
                || digestTags.kindOf(id, names) != DigestTags.Kind.LOOSE
                || !links.isUntouchedSince(id, manifest.get().id(), deleted.at())) {
            return Outcome.STAYS;
        }
        Optional<List<ReferenceTable.Parent>> listed = listing.isPresent() ? listing.get().now() : Optional.of(List.of());
        if (listed.isEmpty() || !listed.get().isEmpty()) {
            return listed.isEmpty() ? Outcome.UNCLEAR : Outcome.STAYS;
        }
        kept.requireNone(repository, names);
        deletions.deleteTags(id, repository, named, deleted.deletion(), deleted.at());
        deletions.unlink(id, repository, manifest.get(), deleted.deletion(), deleted.at());
        return Outcome.GONE;
    }
}
