package dev.strata.dockerfile;

import java.util.List;

/** An instruction's text before it is understood. */
record LogicalLine(int number, String text, List<HereDocument> documents) {

    Source source() {
        StringBuilder lines = new StringBuilder();
        for (HereDocument document : documents) {
            lines.append(document.text()).append(document.name()).append('\n');
        }
        return new Source(number, text.strip(), lines.toString());
    }
}
