package dev.strata.savings.report;

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
