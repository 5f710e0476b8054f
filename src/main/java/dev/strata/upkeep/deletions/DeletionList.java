package dev.strata.upkeep.deletions;

import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Service;

/** What was deleted and can be taken back, the last deletion first. */
@Service
public class DeletionList {

    /** Of one deletion. */
    public static final int MOST_ITEMS = 100;

    public static final int MOST_TAGS = 10;

    /** Items of deletions that are looked at for a page. */
    private static final int LOOKED_AT = 2_000;

    private final DeletionTable table;

    DeletionList(DeletionTable table) {
        this.table = table;
    }

    /** @param next where the next page begins; it may have nothing */
    public record Part(List<PastDeletion> deletions, Optional<Long> next) {}

    /**
     * Some of them. A part can be shorter than was asked for.
     *
     * @param before where to go on; {@code Long.MAX_VALUE} to begin
     */
    public Part before(long before, int limit) {
        List<Long> found = table.lastItems(before, LOOKED_AT, limit);
        List<PastDeletion> deletions = found.stream()
                .map(item -> table.deletion(item, MOST_ITEMS, MOST_TAGS))
                .flatMap(Optional::stream)
                .toList();
        return new Part(
                deletions, found.size() == limit ? Optional.of(found.getLast()) : table.endOf(before, LOOKED_AT));
    }
}
