package dev.strata.upkeep.retention.runs;

import dev.strata.oci.Digest;
import dev.strata.upkeep.retention.uses.InUse;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/** What has changed about an image since a plan was made, so that it stays. */
@Component
class Changes {

    private static final int AT_ONCE = 50;

    private final RunTable table;
    private final InUse inUse;

    Changes(RunTable table, InUse inUse) {
        this.table = table;
        this.inUse = inUse;
    }

    /**
     * Why an image stays.
     *
     * @param forNow whether that may pass while the same plan is run: it belongs to something that may go too
     */
    record Reason(String text, boolean forNow) {}

    /** All of the image is looked at, which takes as long as it is large. */
    Optional<Reason> find(RunTable.Going image, Instant since) {
        long last = 0;
        List<RunTable.Part> parts;
        do {
            parts = table.parts(image.id(), last, AT_ONCE);
            Optional<Reason> found = find(image, parts, since);
            if (found.isPresent()) {
                return found;
            }
            last = parts.isEmpty() ? last : parts.getLast().id();
        } while (parts.size() == AT_ONCE);
        return Optional.empty();
    }

    /** Only so much of it is looked at as can be while others wait. */
    Optional<Reason> findQuickly(RunTable.Going image, Instant since) {
        return find(image, table.parts(image.id(), 0, AT_ONCE), since);
    }

    private Optional<Reason> find(RunTable.Going image, List<RunTable.Part> parts, Instant since) {
        long repositoryId = image.repositoryId();
        Optional<Reason> found = find(image, image.manifestId(), image.digest(), since);
        Set<Long> own = new HashSet<>(Set.of(image.manifestId()));
        for (RunTable.Part part : parts) {
            if (found.isEmpty() && part.digest().isPresent()) {
                own.add(part.manifestId());
                found = find(image, part.manifestId(), part.digest().get(), since);
            }
        }
        if (found.isPresent()) {
            return found;
        }
        if (!table.listing(repositoryId, image.digest()).isEmpty()) {
            return Optional.of(new Reason("it is a part of an image that stays", true));
        }
        if (table.subject(repositoryId, image.manifestId()).isPresent() || table.isAttached(repositoryId, image.manifestId())) {
            return Optional.of(new Reason("it is about an image that stays", true));
        }
        return parts.stream().anyMatch(part -> belongsElsewhere(image, part, own))
                ? Optional.of(new Reason("a part of it, or what is about it, belongs to an image that stays", true))
                : Optional.empty();
    }

    /** Whether a part goes with the image and should not: it is listed, or it is about something, that does not go too. */
    private boolean belongsElsewhere(RunTable.Going image, RunTable.Part part, Set<Long> own) {
        if (part.digest().isEmpty()) {
            return false;
        }
        List<Long> listing = table.listing(image.repositoryId(), part.digest().get());
        if (part.follows()) {
            return listing.stream().anyMatch(id -> !own.contains(id) && !table.goesToo(image, id));
        }
        // What something else lists stays by itself.
        return own.containsAll(listing)
                && table.subject(image.repositoryId(), part.manifestId())
                        .filter(subject -> !own.contains(subject) && !table.goesToo(image, subject))
                        .isPresent();
    }

    /** The same for one manifest of an image. */
    private Optional<Reason> find(RunTable.Going image, long manifestId, Digest digest, Instant since) {
        long repositoryId = image.repositoryId();
        if (table.isTagged(repositoryId, manifestId, since)) {
            return changed("it was tagged since");
        }
        if (table.isPulledOrPushed(repositoryId, manifestId, since)) {
            return changed("it was pulled or pushed since");
        }
        if (table.isNew(repositoryId, manifestId, since) || table.isFollowed(repositoryId, digest, since)) {
            return changed("it, or something about it, was pushed since");
        }
        return inUse.is(image.repository(), digest) ? changed("it is in use") : Optional.empty();
    }

    private static Optional<Reason> changed(String text) {
        return Optional.of(new Reason(text, false));
    }
}
