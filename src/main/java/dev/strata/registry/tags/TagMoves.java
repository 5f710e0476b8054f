package dev.strata.registry.tags;

import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.changes.Pusher;
import dev.strata.registry.events.TagMoved;
import dev.strata.registry.manifests.ManifestLinkTable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.stereotype.Component;

/** Points tags at manifests, in the transaction that pushes them. */
@Component
public class TagMoves {

    /** Someone else can come between looking for a tag and setting it, but not for ever. */
    private static final int ATTEMPTS = 5;

    private final TagTable tags;
    private final ManifestLinkTable links;
    private final KeptTags kept;
    private final ApplicationEventPublisher events;

    TagMoves(TagTable tags, ManifestLinkTable links, KeptTags kept, ApplicationEventPublisher events) {
        this.tags = tags;
        this.links = links;
        this.kept = kept;
        this.events = events;
    }

    /**
     * Tags of a repository get a manifest.
     *
     * @param again whether it was allowed before
     */
    public record Move(
            long repositoryId, RepositoryName repository, long manifestId, Pusher pusher, Instant now, boolean again) {}

    /**
     * Says whether any of the tags is new.
     *
     * @throws RegistryException TAG_IMMUTABLE, and FORBIDDEN where one who may push temporary images alone would move
     *     a tag that is not theirs
     */
    public boolean set(List<Tag> names, Move move) {
        // In one order for everyone, so that no two transactions wait for each other.
        List<Tag> sorted = names.stream().sorted().distinct().toList();
        return sorted.size() > 1 ? setAll(sorted, move) : !sorted.isEmpty() && setOne(sorted.getFirst(), move);
    }

    private boolean setOne(Tag tag, Move move) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<PointedTag> from = tags.lock(move.repositoryId(), tag);
            if (from.isPresent()) {
                requireMovable(Map.of(tag, from.get()), move);
                touchLosing(Map.of(tag, from.get()), move);
                tags.move(move.repositoryId(), List.of(tag), move.manifestId(), move.now());
            }
            if (from.isPresent() || tags.insert(move.repositoryId(), List.of(tag), move.manifestId(), move.now()).isEmpty()) {
                publish(tag, from, move);
                return from.isEmpty();
            }
        }
        throw new PessimisticLockingFailureException("The tag " + tag + " is being deleted again and again");
    }

    /** There can be hundreds. */
    private boolean setAll(List<Tag> sorted, Move move) {
        Map<Tag, PointedTag> there = tags.lock(move.repositoryId(), sorted);
        requireMovable(there, move);
        touchLosing(there, move);
        tags.move(move.repositoryId(), List.copyOf(there.keySet()), move.manifestId(), move.now());
        List<Tag> absent = sorted.stream().filter(tag -> !there.containsKey(tag)).toList();
        List<Tag> cameMeanwhile = tags.insert(move.repositoryId(), absent, move.manifestId(), move.now());
        boolean anyNew = false;
        for (Tag tag : sorted) {
            if (cameMeanwhile.contains(tag)) {
                anyNew |= setOne(tag, move);
            } else {
                Optional<PointedTag> from = Optional.ofNullable(there.get(tag));
                publish(tag, from, move);
                anyNew |= from.isEmpty();
            }
        }
        return anyNew;
    }

    /** What loses a tag by the move. */
    private void touchLosing(Map<Tag, PointedTag> there, Move move) {
        there.values().stream()
                .map(PointedTag::manifestId)
                .filter(id -> id != move.manifestId())
                .distinct()
                .forEach(id -> links.touch(move.repositoryId(), id, move.now()));
    }

    private void requireMovable(Map<Tag, PointedTag> there, Move move) {
        if (move.again()) {
            return;
        }
        List<Tag> moved = there.entrySet().stream()
                .filter(tag -> tag.getValue().manifestId() != move.manifestId())
                .map(Map.Entry::getKey)
                .toList();
        if (!moved.isEmpty()) {
            kept.requireNone(move.repository(), moved);
        }
        if (move.pusher().onlyTemporary()) {
            moved.forEach(tag -> requireOwn(tag, there.get(tag).manifestId(), move));
        }
    }

    private void requireOwn(Tag tag, long manifestId, Move move) {
        if (!links.isTemporary(move.repositoryId(), manifestId, move.pusher().key(), Instant.EPOCH)) {
            throw new RegistryException(
                    Problem.FORBIDDEN,
                    "the tag " + tag + " is of another build",
                    Map.of("name", move.repository().value(), "tag", tag.name()));
        }
    }

    private void publish(Tag tag, Optional<PointedTag> from, Move move) {
        if (from.isEmpty() || from.get().manifestId() != move.manifestId()) {
            events.publishEvent(new TagMoved(
                    move.repositoryId(),
                    move.repository(),
                    tag,
                    from.map(pointed -> OptionalLong.of(pointed.manifestId())).orElse(OptionalLong.empty()),
                    from.map(PointedTag::since),
                    move.manifestId()));
        }
    }
}
