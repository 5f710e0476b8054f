package dev.strata.savings.report;

import dev.strata.cache.uses.CacheTotals;
import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import dev.strata.savings.lists.TagSavings;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One image from its base upwards; docs/savings.md defines each field. Sizes are in bytes. */
public record ImageSavings(
        RepositoryName repository,
        Digest digest,
        MediaType mediaType,
        TagSavings.Kind kind,
        List<String> tags,
        Optional<String> platform,
        Optional<Instant> createdAt,
        long full,
        long unique,
        long shared,
        long freed,
        int manifestSize,
        Optional<Config> config,
        History history,
        List<Step> steps,
        List<Entry> manifests) {

    public record Config(Digest digest, long size) {}

    /** Whether the history tells which instruction made which layer. */
    public enum History {
        MATCHED,
        UNMATCHED,
        ABSENT
    }

    /** An instruction and what it made; and whether it hit or was built, where the layer cache knows. */
    public record Step(
            Optional<String> createdBy,
            Optional<String> comment,
            Optional<Instant> createdAt,
            Optional<Layer> layer,
            Optional<List<String>> base,
            Optional<CacheTotals.LayerUse> built) {}

    public record Layer(
            Digest digest,
            MediaType mediaType,
            long size,
            boolean present,
            int images,
            int repositories,
            Optional<Digest> stack,
            Optional<Integer> stackImages,
            Optional<List<Sharer>> sharedWith) {}

    /** Another image that begins with the same layers; with a digest where it has no tag. */
    public record Sharer(String repository, Optional<String> tag, Optional<Digest> digest) {}

    /**
     * What an index lists.
     *
     * @param full absent where the index is too large to add it up
     */
    public record Entry(Digest digest, Optional<String> platform, boolean present, Optional<Long> full) {}
}
