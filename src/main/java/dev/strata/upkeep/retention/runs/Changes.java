package dev.strata.upkeep.retention.runs;

import dev.strata.oci.Digest;
import dev.strata.registry.tags.DigestTags;
import dev.strata.upkeep.retention.planning.PlannedManifests;
import dev.strata.upkeep.retention.uses.InUse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** What has changed about an image since a plan was made, so that it stays. */
@Component
class Changes {

    private static final int AT_ONCE = 50;

    private final RunTable table;
    private final PlannedManifests manifests;
    private final DigestTags digestTags;
    private final InUse inUse;

    Changes(RunTable table, PlannedManifests manifests, DigestTags digestTags, InUse inUse) {
        this.table = table;
        this.manifests = manifests;
        this.digestTags = digestTags;
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
        for (RunTable.Part part : parts) {
            if (found.isEmpty() && part.digest().isPresent()) {
                found = find(image, part.manifestId(), part.digest().get(), since);
            }
        }
        if (found.isPresent()) {
            return found;
        }
        if (manifests.isListed(repositoryId, image.digest())) {
            return Optional.of(new Reason("it is a part of an image that stays", true));
        }
        return table.hasSubject(repositoryId, image.manifestId()) || digestTags.isAboutAny(repositoryId, image.manifestId())
                ? Optional.of(new Reason("it is about an image that stays", true))
                : Optional.empty();
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
