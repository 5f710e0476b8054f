package dev.strata.dockerfile;

import java.util.List;

/**
 * An instruction's text before it is understood.
 *
 * @param text the instruction as one line
 * @param written the physical lines that it was read from; empty where it comes from no file
 */
record LogicalLine(int number, String text, List<HereDocument> documents, String written) {

    Source source() {
        StringBuilder lines = new StringBuilder();
        for (HereDocument document : documents) {
            lines.append(document.text()).append(document.name()).append('\n');
        }
        return new Source(number, text.strip(), lines.toString(), written);
    }
}
