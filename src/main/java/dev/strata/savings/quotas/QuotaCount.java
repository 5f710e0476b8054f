package dev.strata.savings.quotas;

import dev.strata.access.rules.Quota;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;

/**
 * One count for all quotas, in pieces: it walks over what repositories hold in the order of the objects, so that nothing
 * but the last one has to be remembered to count each once.
 */
final class QuotaCount {

    private final HoldingPages pages;
    private final List<Quota> quotas;
    private final List<QuotaUse> uses;
    private final BitSet seen = new BitSet();
    /** The count begins when all that was taken before is in what is held. */
    private final long lastChange;
    private HoldingPages.Place place = HoldingPages.Place.START;

    /** @param uses of the quotas, in their order; each of them has just begun */
    QuotaCount(HoldingPages pages, List<Quota> quotas, List<QuotaUse> uses) {
        this.pages = pages;
        this.quotas = quotas;
        this.uses = List.copyOf(uses);
        this.lastChange = pages.lastChange();
    }

    /** Counts for so long, in nanoseconds, and says whether it is done. */
    boolean isDoneAfter(long nanos) {
        if (place.equals(HoldingPages.Place.START) && !pages.have(lastChange)) {
            return false;
        }
        long begin = System.nanoTime();
        do {
            List<HoldingPages.Held> page = pages.after(place);
            if (page.isEmpty()) {
                return true;
            }
            page.forEach(this::count);
        } while (System.nanoTime() - begin < nanos);
        return false;
    }

    private void count(HoldingPages.Held held) {
        if (held.place().objectId() != place.objectId()) {
            seen.clear();
        }
        place = held.place();
        for (int i = 0; i < uses.size(); i++) {
            if (!seen.get(i) && quotas.get(i).includes(held.repository())) {
                seen.set(i);
                uses.get(i).see(place.objectId(), held.size());
            }
        }
    }

    /** Now it is what is used. */
    void end(Instant at) {
        uses.forEach(use -> use.end(at));
    }
}
