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
    private final long[] bytes;
    private final BitSet seen = new BitSet();
    /** The count begins when all that was taken before is in what is held. */
    private final long lastChange;
    private HoldingPages.Place place = HoldingPages.Place.START;

    /** @param uses of the quotas, in their order; each of them has just begun */
    QuotaCount(HoldingPages pages, List<Quota> quotas, List<QuotaUse> uses) {
        this.pages = pages;
        this.quotas = quotas;
        this.uses = List.copyOf(uses);
        this.bytes = new long[quotas.size()];
        this.lastChange = pages.lastChange();
    }

    /** Counts a piece, and says whether that was the last. */
    boolean isDoneAfterNext() {
        if (place.equals(HoldingPages.Place.START) && !pages.have(lastChange)) {
            return false;
        }
        List<HoldingPages.Held> page = pages.after(place);
        page.forEach(this::count);
        return page.isEmpty();
    }

    private void count(HoldingPages.Held held) {
        if (held.place().objectId() != place.objectId()) {
            seen.clear();
        }
        place = held.place();
        for (int i = 0; i < bytes.length; i++) {
            if (!seen.get(i) && quotas.get(i).includes(held.repository())) {
                seen.set(i);
                bytes[i] += uses.get(i).hasTaken(place.objectId()) ? 0 : held.size();
            }
        }
    }

    List<Quota> quotas() {
        return quotas;
    }

    /** Now it is what is used. */
    void end(Instant at) {
        for (int i = 0; i < bytes.length; i++) {
            uses.get(i).end(bytes[i], at);
        }
    }
}
