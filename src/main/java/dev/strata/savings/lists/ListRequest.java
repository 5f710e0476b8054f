package dev.strata.savings.lists;

import java.util.Locale;
import java.util.Optional;

/**
 * Which part of a list is asked for.
 *
 * @param descending whether the order is reversed
 * @param search what names contain, whatever their case; empty for all
 * @param limit how many at the most
 * @param after where it goes on, empty for the beginning
 */
public record ListRequest<S extends Enum<S>>(
        S sort, boolean descending, String search, int limit, Optional<PageToken> after) {

    /** How many names a page of a search looks at. */
    static final int MOST_NAMES = 10_000;

    /** In bytes, of a row with what is made of it. */
    private static final long OF_A_ROW = 2_000;
    /** Of a name that is looked at. */
    private static final long OF_A_NAME = 300;

    /** How much memory the list takes, more or less. */
    public long memory() {
        return limit * OF_A_ROW + (search.isEmpty() ? 0 : MOST_NAMES * OF_A_NAME);
    }

    boolean isFound(String name) {
        return name.toLowerCase(Locale.ROOT).contains(search.toLowerCase(Locale.ROOT));
    }

    String direction() {
        return descending ? "desc" : "asc";
    }

    String comparison() {
        return descending ? "<" : ">";
    }
}
