package dev.strata.upkeep.http;

import dev.strata.web.QueryNumbers;
import java.util.Optional;

/**
 * A page of a list that somebody asks for.
 *
 * @param size how many entries it has at the most
 * @param place the entry behind which it begins
 */
record WantedPage(int size, long place) {

    private static final int USUAL_SIZE = 50;
    private static final int LARGEST = 200;

    /**
     * @param parameter that says where the page begins
     * @param beginning where it begins if nothing is said
     */
    static WantedPage of(Optional<String> n, String parameter, Optional<String> place, long beginning) {
        return new WantedPage(size(n), QueryNumbers.of(parameter, place, 0, Long.MAX_VALUE, beginning));
    }

    static int size(Optional<String> n) {
        return (int) QueryNumbers.of("n", n, 1, LARGEST, USUAL_SIZE);
    }
}
