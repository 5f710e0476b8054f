package dev.strata.dockerfile.lines;

import dev.strata.dockerfile.text.Space;
import java.util.List;

/**
 * An instruction's text before it is understood.
 *
 * @param text its lines joined, without comments
 * @param whole its lines as they stand in the file
 */
public record LogicalLine(int number, String text, List<HereDocument> documents, String whole) {

    public Source source() {
        return new Source(number, Space.trim(text), whole);
    }
}
