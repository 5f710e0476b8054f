package dev.strata.dockerfile.text;

import java.util.ArrayList;
import java.util.List;

/** A line of comma-separated values: RFC 4180, section 2. */
public final class CommaSeparated {

    private final String line;
    private final List<String> fields = new ArrayList<>();
    private int position;

    private CommaSeparated(String line) {
        this.line = line;
    }

    /** @throws SyntaxProblem for no fields at all, and for quotes that are not around a whole field */
    public static List<String> fields(String line) {
        CommaSeparated values = new CommaSeparated(line.replaceFirst("\r?\n\\z", ""));
        values.read();
        return values.fields;
    }

    private void read() {
        if (line.isEmpty()) {
            throw new SyntaxProblem("a mount says what is mounted");
        }
        do {
            fields.add(line.startsWith("\"", position) ? quoted() : plain());
        } while (position++ < line.length());
    }

    private String plain() {
        int comma = line.indexOf(',', position);
        String field = line.substring(position, comma < 0 ? line.length() : comma);
        if (field.indexOf('"') >= 0) {
            throw new SyntaxProblem("a quote in '" + line + "' is not around a whole field");
        }
        position += field.length();
        return field;
    }

    /** Ends on the comma behind the field, or on the line's end. */
    private String quoted() {
        StringBuilder field = new StringBuilder();
        position++;
        while (true) {
            int quote = line.indexOf('"', position);
            if (quote < 0) {
                throw new SyntaxProblem("a quote in '" + line + "' is not closed");
            }
            field.append(line, position, quote);
            position = quote + 1;
            if (!line.startsWith("\"", position)) {
                break;
            }
            field.append('"');
            position++;
        }
        if (position < line.length() && line.charAt(position) != ',') {
            throw new SyntaxProblem("a quote in '" + line + "' is not around a whole field");
        }
        return field.toString();
    }
}
