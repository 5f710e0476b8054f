package dev.strata.cache.uses;

import dev.strata.cache.entries.EntryReads;
import dev.strata.cache.entries.MissReason;
import dev.strata.cache.entries.RepositoryRows;
import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.springframework.stereotype.Service;

/** What the cache saved, for whoever adds it up. Reads only. */
@Service
public class CacheTotals {

    private static final int MOST_LAYERS = 500;
    private static final int MOST_GROUPS = 1_000;

    private final UseTable uses;
    private final Uses pending;
    private final ServedLayers served;
    private final EntryReads entries;
    private final RepositoryRows repositories;
    private final Clock clock;

    CacheTotals(
            UseTable uses,
            Uses pending,
            ServedLayers served,
            EntryReads entries,
            RepositoryRows repositories,
            Clock clock) {
        this.repositories = repositories;
        this.uses = uses;
        this.pending = pending;
        this.served = served;
        this.entries = entries;
        this.clock = clock;
    }

    /**
     * A sum.
     *
     * @param hits steps that had a layer here, or in another repository
     * @param misses steps that had none, by the reason
     * @param events what else happened, such as {@code lease_granted}, {@code evicted} or {@code bypass}, by its name
     * @param bytesNotUploaded bytes of the layers of hits, which nobody has to upload
     * @param bytesServed bytes of the layers of entries that clients pulled
     * @param execMs how long the steps of hits ran when they were run, in milliseconds
     */
    public record Totals(
            long hits,
            Map<MissReason, Long> misses,
            Map<String, Long> events,
            long bytesNotUploaded,
            long bytesServed,
            long execMs) {

        public Totals {
            misses = Map.copyOf(misses);
            events = Map.copyOf(events);
        }

        /** Those of the hits whose layers came from another repository. */
        public long hitsElsewhere() {
            return events.getOrDefault(Uses.HIT_ELSEWHERE, 0L);
        }

        static Totals of(List<UseTable.Sum> sums) {
            UseTable.Tally hits = new UseTable.Tally(0, 0, 0);
            UseTable.Tally served = hits;
            Map<MissReason, Long> misses = new TreeMap<>();
            Map<String, Long> events = new TreeMap<>();
            for (UseTable.Sum sum : sums) {
                Optional<MissReason> reason = reason(sum.outcome());
                if (sum.outcome().equals(Uses.HIT)) {
                    hits = hits.plus(sum.tally());
                } else if (sum.outcome().equals(Uses.SERVED)) {
                    served = served.plus(sum.tally());
                } else if (reason.isPresent()) {
                    misses.merge(reason.get(), sum.tally().asked(), Long::sum);
                } else {
                    events.merge(sum.outcome(), sum.tally().asked(), Long::sum);
                }
            }
            return new Totals(hits.asked(), misses, events, hits.bytes(), served.bytes(), hits.execMs());
        }

        private static Optional<MissReason> reason(String outcome) {
            for (MissReason reason : MissReason.values()) {
                if (reason.name().equals(outcome)) {
                    return Optional.of(reason);
                }
            }
            return Optional.empty();
        }
    }

    /** What groups of sums are made by. */
    public enum By {
        REPOSITORY,
        SCOPE,
        INSTRUCTION
    }

    /** All repositories together, since the beginning until some seconds ago. */
    public Totals all() {
        return Totals.of(uses.totals());
    }

    /**
     * One repository within this time until now, by group; of more than a thousand groups the first ones.
     *
     * @param after the group after which to begin; empty to begin with the first
     * @return by the group's name: the repository's, a scope's or an instruction's; empty for an unknown repository
     */
    public SortedMap<String, Totals> of(RepositoryName repository, Duration window, By by, String after) {
        served.flush();
        pending.flush();
        Optional<Long> repositoryId = entries.repository(repository);
        if (repositoryId.isEmpty()) {
            return Collections.emptySortedMap();
        }
        Optional<String> column =
                switch (by) {
                    case REPOSITORY -> Optional.empty();
                    case SCOPE -> Optional.of("scope");
                    case INSTRUCTION -> Optional.of("instruction");
                };
        SortedMap<String, List<UseTable.Sum>> groups =
                uses.sums(repositoryId.get(), clock.instant().minus(window), column, after, MOST_GROUPS);
        SortedMap<String, Totals> totals = new TreeMap<>();
        groups.forEach((group, sums) -> totals.put(
                by == By.REPOSITORY ? repository.value() : group, Totals.of(sums)));
        return totals;
    }

    /** What came from one repository, or from several. */
    public record FromOrigin(long hits, long bytesNotUploaded, long execMs) {

        FromOrigin plus(FromOrigin other) {
            return new FromOrigin(
                    hits + other.hits, bytesNotUploaded + other.bytesNotUploaded, execMs + other.execMs);
        }
    }

    /**
     * The hits of a repository within this time until now, by whose entries they were.
     *
     * @param isTold which repositories may be named; what came from others, and from those that are gone, is one sum
     * @return by the name of the repository, its own too; empty for those that are not named
     */
    public SortedMap<String, FromOrigin> origins(
            RepositoryName repository, Duration window, Predicate<RepositoryName> isTold) {
        SortedMap<String, FromOrigin> origins = new TreeMap<>();
        for (Totals totals : of(repository, window, By.REPOSITORY, "").values()) {
            Instant since = clock.instant().minus(window);
            Map<Long, UseTable.Tally> others =
                    uses.origins(entries.repository(repository).orElseThrow(), since, MOST_GROUPS);
            Map<Long, RepositoryName> names = repositories.names(others.keySet());
            FromOrigin own = new FromOrigin(totals.hits(), totals.bytesNotUploaded(), totals.execMs());
            for (Map.Entry<Long, UseTable.Tally> other : others.entrySet()) {
                UseTable.Tally tally = other.getValue();
                FromOrigin from = new FromOrigin(tally.asked(), tally.bytes(), tally.execMs());
                String name = Optional.ofNullable(names.get(other.getKey()))
                        .filter(isTold)
                        .map(RepositoryName::value)
                        .orElse("");
                origins.merge(name, from, FromOrigin::plus);
                own = own.plus(new FromOrigin(-tally.asked(), -tally.bytes(), -tally.execMs()));
            }
            origins.put(repository.value(), own);
        }
        return origins;
    }

    /** How many of a repository's entries of this time nobody ever used, among the newest 100,000. */
    public long neverRead(RepositoryName repository, Duration window) {
        pending.flush();
        return entries.repository(repository)
                .map(id -> entries.countUnused(id, clock.instant().minus(window)))
                .orElse(0L);
    }

    /** What became of the step that made a layer. */
    public enum LayerUse {
        /** It was run, and its layer was used instead of another run since. */
        HIT,
        /** It was run, and nobody has needed it again. */
        BUILT,
        /** The cache knows nothing of it. */
        UNKNOWN
    }

    /**
     * What became of the steps of an image.
     *
     * @param diffIds the image's layers, the lowest first; of more than 500, which no engine runs, nothing is known
     * @return for each layer, in their order
     */
    public List<LayerUse> layers(RepositoryName repository, List<Digest> diffIds) {
        if (diffIds.size() > MOST_LAYERS || !ChainId.isOfAll(diffIds)) {
            return Collections.nCopies(diffIds.size(), LayerUse.UNKNOWN);
        }
        Optional<Long> repositoryId = entries.repository(repository);
        List<LayerUse> layers = new ArrayList<>();
        Optional<ChainId> chain = Optional.empty();
        for (Digest diffId : diffIds) {
            ChainId above = ChainId.above(chain, diffId);
            layers.add(repositoryId.map(id -> use(id, above)).orElse(LayerUse.UNKNOWN));
            chain = Optional.of(above);
        }
        return layers;
    }

    private LayerUse use(long repositoryId, ChainId chain) {
        return entries.hitsOf(repositoryId, chain)
                .map(hits -> hits > 0 ? LayerUse.HIT : LayerUse.BUILT)
                .orElse(LayerUse.UNKNOWN);
    }
}
