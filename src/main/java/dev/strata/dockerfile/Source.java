package dev.strata.dockerfile;

/**
 * Where an instruction stands, and how.
 *
 * @param line its first line, counted from 1
 * @param text the instruction as one line, with continued lines joined and comments left out
 * @param documents its here-documents as they follow that line; empty, or ends with a line end
 * @param written its physical lines as they stand in the file; empty where it comes from no file
 */
public record Source(int line, String text, String documents, String written) {

    /** The whole instruction, as it could stand in another file with the same escape character. */
    public String whole() {
        return documents.isEmpty() ? text : text + "\n" + documents;
    }

    /** The whole instruction as it stands in the file. Builders limit the length of a physical line. */
    public String asWritten() {
        return written.isEmpty() ? whole() : written;
    }
}
