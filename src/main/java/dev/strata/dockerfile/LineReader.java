package dev.strata.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Joins the physical lines of a Dockerfile to logical ones: comments, continuation, here-documents, directives. */
final class LineReader {

    private static final Set<String> WITH_DOCUMENTS = Set.of("RUN", "COPY", "ADD");

    private final DirectiveReader directives = new DirectiveReader();
    /** With their line ends. */
    private final List<String> lines;
    private int next;

    LineReader(String text) {
        String unmarked = text.startsWith("\uFEFF") ? text.substring(1) : text;
        lines = List.of(unmarked.split("(?<=\n)", -1));
    }

    Directives directives() {
        return directives.directives();
    }

    List<LogicalLine> read() {
        List<LogicalLine> logical = new ArrayList<>();
        while (next < lines.size()) {
            int first = next;
            int number = first + 1;
            try {
                StringBuilder text = new StringBuilder();
                boolean continued = append(lines.get(next++).stripLeading(), text);
                while (continued && next < lines.size()) {
                    String line = lines.get(next++);
                    // Comments and empty lines between continued ones are left out.
                    continued = isComment(line) || line.isBlank() || append(line, text);
                }
                if (!text.isEmpty()) {
                    List<HereDocument> documents = documents(text.toString());
                    String written = String.join("", lines.subList(first, next));
                    logical.add(new LogicalLine(number, text.toString(), documents, written));
                }
            } catch (SyntaxProblem problem) {
                throw problem.at(number);
            }
        }
        return logical;
    }

    /** Appends a physical line but for its line end and what continues it; tells whether it is continued. */
    private boolean append(String physical, StringBuilder text) {
        String line = withoutLineEnd(physical);
        directives.read(line);
        if (isComment(line)) {
            return false;
        }
        String stripped = line.replaceAll("[ \t]+$", "");
        String escape = String.valueOf(directives.directives().escape());
        if (stripped.endsWith(escape) && !stripped.endsWith(escape + escape)) {
            text.append(stripped, 0, stripped.length() - 1);
            return true;
        }
        text.append(line);
        return false;
    }

    private List<HereDocument> documents(String text) {
        if (!text.contains("<<") || !mayHaveDocuments(text.strip())) {
            return List.of();
        }
        List<HereDocument> documents = new ArrayList<>();
        for (HereDocument announced : HereDocument.announcedIn(text)) {
            documents.add(announced.withText(linesUpTo(announced)));
        }
        return documents;
    }

    private String linesUpTo(HereDocument document) {
        StringBuilder text = new StringBuilder();
        while (next < lines.size()) {
            String line = lines.get(next++);
            String word = withoutLineEnd(line);
            if ((document.stripsTabs() ? word.replaceAll("^\t+", "") : word).equals(document.name())) {
                return text.toString();
            }
            text.append(line);
        }
        throw new SyntaxProblem("the here-document '" + document.name() + "' is not ended");
    }

    private static boolean mayHaveDocuments(String line) {
        String[] parts = Text.SPACE.split(line, 2);
        String name = parts[0].toUpperCase(Locale.ROOT);
        if (name.equals("ONBUILD") && parts.length == 2) {
            return mayHaveDocuments(parts[1]);
        }
        return WITH_DOCUMENTS.contains(name)
                && parts.length == 2
                && Text.strings(new Flags.Reader(parts[1], '\\').rest()).isEmpty();
    }

    private static boolean isComment(String line) {
        return line.stripLeading().startsWith("#");
    }

    private static String withoutLineEnd(String line) {
        return line.replaceAll("[\r\n]+$", "");
    }
}
