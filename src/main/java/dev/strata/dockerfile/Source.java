package dev.strata.dockerfile;

/**
 * Where an instruction stands, and how.
 *
 * @param line its first line, counted from 1
 * @param text the instruction as one line, with continued lines joined and comments left out
 * @param documents its here-documents as they follow that line; empty, or ends with a line end
 */
public record Source(int line, String text, String documents) {

    /** The whole instruction, as it could stand in another file with the same escape character. */
    public String whole() {
        return documents.isEmpty() ? text : text + "\n" + documents;
    }
}
