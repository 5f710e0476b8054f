package dev.strata.cache.lifecycle;

import dev.strata.cache.entries.EntryLifecycle;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.springframework.stereotype.Component;

/** Finds the layers of a repository that only its entries hold, and which of them are worth the least. */
@Component
class HeldLayers {

    private static final int AT_ONCE = 1_000;
    /** Of the cheapest layers; whoever needs more asks again. */
    private static final int MOST = 5_000;

    private final EntryLifecycle table;

    HeldLayers(EntryLifecycle table) {
        this.table = table;
    }

    /**
     * A layer that entries hold alone.
     *
     * @param worth the time that it saves for each of its bytes
     */
    record Held(long blobId, long bytes, double worth) {}

    /** @param cheapest those that may go, the least worth first */
    record Found(long bytes, List<Held> cheapest) {}

    /** @param usedBefore what was used since then stays */
    Found find(long repositoryId, Instant usedBefore) {
        Sum sum = new Sum(usedBefore);
        long blobId = 0;
        long id = 0;
        List<EntryLifecycle.Holding> part;
        do {
            part = table.holdings(repositoryId, blobId, id, AT_ONCE);
            part.forEach(sum::add);
            if (!part.isEmpty()) {
                blobId = part.getLast().blobId();
                id = part.getLast().id();
            }
        } while (part.size() == AT_ONCE);
        return sum.end();
    }

    /** Adds entries up in the order of their layers. */
    private static final class Sum {

        private final Instant usedBefore;
        private final PriorityQueue<Held> cheapest =
                new PriorityQueue<>(Comparator.comparingDouble(Held::worth).reversed());
        private long bytes;
        private long blobId;
        private long size;
        private double saved;
        private boolean mayGo;

        Sum(Instant usedBefore) {
            this.usedBefore = usedBefore;
        }

        void add(EntryLifecycle.Holding entry) {
            if (entry.isHeldByTag()) {
                return;
            }
            if (entry.blobId() != blobId) {
                endLayer();
                blobId = entry.blobId();
                size = entry.bytes();
                bytes += size;
                saved = 0;
                mayGo = size > 0;
            }
            saved += (double) entry.execMs() * (entry.hits() + 1);
            mayGo &= entry.usedAt().isBefore(usedBefore);
        }

        private void endLayer() {
            if (mayGo) {
                cheapest.add(new Held(blobId, size, saved / size));
                if (cheapest.size() > MOST) {
                    cheapest.remove();
                }
            }
            mayGo = false;
        }

        Found end() {
            endLayer();
            return new Found(
                    bytes,
                    cheapest.stream().sorted(Comparator.comparingDouble(Held::worth)).toList());
        }
    }
}
