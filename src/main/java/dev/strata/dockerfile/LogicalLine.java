package dev.strata.dockerfile;

import java.util.List;

/**
 * An instruction's text before it is understood.
 *
 * @param text its lines joined, without comments
 * @param whole its lines as they stand in the file
 */
record LogicalLine(int number, String text, List<HereDocument> documents, String whole) {

    Source source() {
        return new Source(number, Space.trim(text), whole);
    }
}
