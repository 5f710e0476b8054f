package dev.strata.savings.figures;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The whole registry's figures; docs/savings.md defines each. Sizes are in bytes. */
public record Figures(
        long asIfUnshared,
        long stored,
        StoredParts storedParts,
        Saved saved,
        double ratio,
        Waiting waiting,
        Counts counts,
        OnDisk onDisk,
        Transfer transfer,
        Build build,
        Check check) {

    /** Of a registry that stores nothing. */
    static final Figures NONE = new Figures(
            0,
            0,
            new StoredParts(0, 0),
            new Saved(0, 0, 0, 0),
            1,
            new Waiting(0, 0, 0),
            new Counts(0, 0, 0, 0, 0),
            new OnDisk(0, 0, 0, 0, 0, 0, 0, Optional.empty()),
            new Transfer(Optional.empty(), 0, 0, 0, 0, 0, 0),
            new Build(0, 0, 0, Map.of(), 0),
            new Check(Optional.empty(), 0));

    public record StoredParts(long blobs, long manifests) {}

    public record Saved(long total, long tags, long repository, long repositories) {}

    public record Waiting(long total, long unlinked, long unreferenced) {}

    public record Counts(long repositories, long tags, long images, long manifests, long blobs) {}

    /** @param checkedAt when the last look at every file began, empty before the first came to its end */
    public record OnDisk(
            long total,
            long blobs,
            long waiting,
            long uploads,
            long broken,
            long metadata,
            long unexplained,
            Optional<Instant> checkedAt) {}

    /** @param countedSince empty where nothing has happened yet */
    public record Transfer(
            Optional<Instant> countedSince,
            long uploaded,
            long uploadedAgain,
            long mounted,
            long autoMounted,
            long existing,
            long served) {}

    /**
     * What the layer cache spared.
     *
     * @param asked how many steps it was asked for: hits and misses
     * @param hitsElsewhere those of the hits whose layers another repository had
     * @param misses by their reason
     * @param execMsSaved how long the steps that hit ran when they were run, in milliseconds
     */
    public record Build(long asked, long hits, long hitsElsewhere, Map<String, Long> misses, long execMsSaved) {}

    /** @param completedAt when the recount last came to its end, empty before the first did */
    public record Check(Optional<Instant> completedAt, long differences) {}
}
