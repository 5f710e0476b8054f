package dev.strata.upkeep.deletions;

import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.RegistryException;
import dev.strata.registry.DeletionId;
import dev.strata.registry.deletions.Deletions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.springframework.stereotype.Service;

/**
 * Deletes tags as people mean it: each with its image, unless the image has another tag or an index of the repository lists
 * it. What is freed then is what the savings say of these tags.
 */
@Service
public class TagRemoval {

    private final Deletions deletions;
    private final DeletionTable table;

    TagRemoval(Deletions deletions, DeletionTable table) {
        this.deletions = deletions;
        this.table = table;
    }

    /**
     * Something that was deleted.
     *
     * @param tags in their order
     * @param image whether the image went with them
     * @param undo how all of it can be taken back; empty where that cannot be done, and for tags alone, which come back one
     *     by one
     */
    public record Removed(List<Tag> tags, Digest digest, boolean image, Optional<Undo> undo) {}

    /** @param until for how long */
    public record Undo(DeletionId deletion, Instant until) {}

    /** Something that was not deleted, and why. */
    public record Refused(String reference, String reason) {}

    public record Removals(List<Removed> removed, List<Refused> refused) {}

    /**
     * Deletes each by itself: one that is refused stops no other.
     *
     * @param digests of images that are deleted with whatever tags they have
     */
    public Removals remove(RepositoryName repository, Collection<Tag> wanted, Collection<Digest> digests) {
        Removals outcome = new Removals(new ArrayList<>(), new ArrayList<>());
        Map<Digest, TreeSet<Tag>> byImage = new TreeMap<>(Comparator.comparing(Digest::toString));
        for (Tag tag : new TreeSet<>(wanted)) {
            table.imageOf(repository, tag).ifPresentOrElse(
                    digest -> byImage.computeIfAbsent(digest, _ -> new TreeSet<>()).add(tag),
                    () -> outcome.refused().add(new Refused(tag.name(), "the repository has no such tag")));
        }
        byImage.forEach((digest, these) -> {
            if (digests.contains(digest) || table.isForTheseAlone(repository, digest, these.size())) {
                removeImage(repository, List.copyOf(these), digest, outcome);
            } else {
                these.forEach(tag -> removeTag(repository, tag, digest, outcome));
            }
        });
        digests.stream()
                .distinct()
                .filter(digest -> !byImage.containsKey(digest))
                .forEach(digest -> removeImage(repository, List.of(), digest, outcome));
        return outcome;
    }

    private void removeImage(RepositoryName repository, List<Tag> named, Digest digest, Removals outcome) {
        try {
            deletions.deleteManifest(repository, digest);
            outcome.removed().add(new Removed(named, digest, true, table.undoOf(repository, digest)));
        } catch (RegistryException refusal) {
            outcome.refused()
                    .add(new Refused(named.isEmpty() ? digest.toString() : named.getFirst().name(), refusal.getMessage()));
        }
    }

    private void removeTag(RepositoryName repository, Tag tag, Digest digest, Removals outcome) {
        try {
            deletions.deleteTag(repository, tag);
            outcome.removed().add(new Removed(List.of(tag), digest, false, Optional.empty()));
        } catch (RegistryException refusal) {
            outcome.refused().add(new Refused(tag.name(), refusal.getMessage()));
        }
    }
}
