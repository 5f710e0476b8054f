package dev.strata.upkeep.bin;

import java.util.List;
import org.springframework.stereotype.Service;

/** What waits in the bin. */
@Service
public class BinList {

    /** What a manifest names beyond is not added up. */
    private static final int MOST_REFERENCES = 1_000;

    private final BinTable table;

    BinList(BinTable table) {
        this.table = table;
    }

    /** Some of what waits, in the order in which it was deleted. */
    public List<BinItem> after(long id, int limit) {
        return table.after(id, limit);
    }

    /** What goes first. */
    List<BinItem> oldest(int limit) {
        return table.oldest(limit);
    }

    /** How many bytes of an item only the bin holds. */
    public long bytesOnlyOf(BinItem item) {
        return item.kind() == BinItem.Kind.MANIFEST ? table.bytesOnlyOf(item, MOST_REFERENCES) : item.size();
    }
}
