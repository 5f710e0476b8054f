package dev.strata.savings.figures;

import dev.strata.cache.uses.CacheTotals;
import dev.strata.savings.check.Recount;
import dev.strata.savings.check.StoreCheck;
import dev.strata.savings.counted.Total;
import dev.strata.savings.ledger.Totals;
import dev.strata.storage.files.DiskUsage;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.stereotype.Service;

/** The whole registry's figures, which were counted while they changed: no table is read but the few totals. */
@Service
public class Savings {

    private final Totals totals;
    private final DiskUsage disk;
    private final StoreCheck storeCheck;
    private final ServedBytes served;
    private final CacheTotals cache;
    private final Recount recount;

    Savings(
            Totals totals,
            DiskUsage disk,
            StoreCheck storeCheck,
            ServedBytes served,
            CacheTotals cache,
            Recount recount) {
        this.totals = totals;
        this.disk = disk;
        this.storeCheck = storeCheck;
        this.served = served;
        this.cache = cache;
        this.recount = recount;
    }

    /** The figures as they stand. */
    public Figures figures() {
        Map<Total, Long> amounts = totals.read();
        long blobs = amounts.get(Total.BLOBS_IN_USE_SIZE);
        long manifests = amounts.get(Total.MANIFESTS_IN_USE_SIZE);
        long stored = blobs + manifests;
        long asIfUnshared = amounts.get(Total.AS_IF_UNSHARED);
        return new Figures(
                asIfUnshared,
                stored,
                new Figures.StoredParts(blobs, manifests),
                saved(amounts, stored),
                stored == 0 ? 1 : (double) asIfUnshared / stored,
                waiting(amounts),
                new Figures.Counts(
                        amounts.get(Total.REPOSITORIES),
                        amounts.get(Total.TAGS),
                        amounts.get(Total.IMAGES),
                        amounts.get(Total.MANIFESTS_IN_USE_COUNT),
                        amounts.get(Total.BLOBS_IN_USE_COUNT)),
                onDisk(blobs, amounts.get(Total.BLOBS_UNLINKED_SIZE) + amounts.get(Total.BLOBS_UNREFERENCED_SIZE)),
                transfer(amounts),
                build(),
                new Figures.Check(recount.completedAt(), recount.differences()));
    }

    private static Figures.Saved saved(Map<Total, Long> amounts, long stored) {
        long tags = amounts.get(Total.SAVED_BY_TAGS);
        long repository = amounts.get(Total.PARTS_SIZE) - amounts.get(Total.HOLDINGS_SIZE);
        long repositories = amounts.get(Total.HOLDINGS_SIZE) - stored;
        return new Figures.Saved(tags + repository + repositories, tags, repository, repositories);
    }

    private static Figures.Waiting waiting(Map<Total, Long> amounts) {
        long unlinked = amounts.get(Total.BLOBS_UNLINKED_SIZE) + amounts.get(Total.MANIFESTS_UNLINKED_SIZE);
        long unreferenced = amounts.get(Total.BLOBS_UNREFERENCED_SIZE) + amounts.get(Total.MANIFESTS_UNREFERENCED_SIZE);
        return new Figures.Waiting(unlinked + unreferenced, unlinked, unreferenced);
    }

    private Figures.OnDisk onDisk(long blobs, long waiting) {
        DiskUsage.BesideBlobs beside = disk.besideBlobs();
        long unexplained = storeCheck.unexplained() + beside.strays();
        long uploads = beside.uploads() + storeCheck.uploads();
        return new Figures.OnDisk(
                blobs + waiting + uploads + beside.broken() + beside.metadata() + unexplained,
                blobs,
                waiting,
                uploads,
                beside.broken(),
                beside.metadata(),
                unexplained,
                storeCheck.checkedAt());
    }

    private Figures.Build build() {
        CacheTotals.Totals totals = cache.all();
        Map<String, Long> misses = new TreeMap<>();
        totals.misses().forEach((reason, count) -> misses.put(reason.name(), count));
        long missed = misses.values().stream().mapToLong(Long::longValue).sum();
        return new Figures.Build(
                totals.hits() + missed, totals.hits(), totals.hitsElsewhere(), misses, totals.execMs());
    }

    private Figures.Transfer transfer(Map<Total, Long> amounts) {
        long since = amounts.get(Total.COUNTED_SINCE);
        return new Figures.Transfer(
                since == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(since)),
                amounts.get(Total.UPLOADED),
                amounts.get(Total.UPLOADED_AGAIN),
                amounts.get(Total.MOUNTED),
                amounts.get(Total.AUTO_MOUNTED),
                amounts.get(Total.EXISTING),
                amounts.get(Total.SERVED) + served.pending());
    }
}
