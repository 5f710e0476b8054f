package dev.strata.dockerfile.lines;

import dev.strata.dockerfile.text.RawText;
import dev.strata.dockerfile.text.Space;
import dev.strata.dockerfile.text.SyntaxProblem;
import dev.strata.dockerfile.text.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Joins the physical lines of a Dockerfile to logical ones: comments, continuation, here-documents, directives. */
public final class LineReader {

    private static final Set<String> WITH_DOCUMENTS = Set.of("run", "copy", "add");
    /** In bytes, with its line end; BuildKit reads no longer one. */
    private static final int LONGEST_LINE = 64 * 1024;

    private final DirectiveReader directives = new DirectiveReader("#");
    /** With their line ends. */
    private final List<String> lines;
    private int next;

    public LineReader(String text) {
        lines = lines(text.startsWith("\uFEFF") ? text.substring(1) : text);
    }

    private static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        for (int start = 0; start < text.length(); ) {
            int end = text.indexOf('\n', start) + 1;
            lines.add(text.substring(start, end == 0 ? text.length() : end));
            start = end == 0 ? text.length() : end;
        }
        return lines;
    }

    public Directives directives() {
        return directives.directives();
    }

    public List<LogicalLine> read() {
        List<LogicalLine> logical = new ArrayList<>();
        while (next < lines.size()) {
            int first = next;
            int number = first + 1;
            try {
                StringBuilder text = new StringBuilder();
                boolean continued = append(Space.trimStart(line()), text);
                if (!continued && text.isEmpty()) {
                    continue;
                }
                while (continued && next < lines.size()) {
                    String line = line();
                    // Comments and empty lines between continued ones are left out.
                    continued = isComment(line) || Space.trimStart(line).isEmpty() || append(line, text);
                }
                String joined = RawText.joined(text.toString());
                List<HereDocument> documents = documents(joined);
                String whole = withoutLineEnd(String.join("", lines.subList(first, next)));
                logical.add(new LogicalLine(number, joined, documents, whole));
            } catch (SyntaxProblem problem) {
                throw problem.at(number);
            }
        }
        return logical;
    }

    /** The next physical line. */
    private String line() {
        String line = lines.get(next++);
        boolean mayBeTooLong = line.length() >= LONGEST_LINE / 3;
        if (mayBeTooLong && RawText.bytes(line).length > (line.endsWith("\n") ? LONGEST_LINE : LONGEST_LINE - 1)) {
            throw new SyntaxProblem("a line has at most " + (LONGEST_LINE - 1) + " bytes");
        }
        return line;
    }

    /** Appends a physical line but for its line end and what continues it; tells whether it is continued. */
    private boolean append(String physical, StringBuilder text) {
        String line = withoutLineEnd(physical);
        directives.read(line);
        String escape = String.valueOf(directives.directives().escape());
        if (isComment(line)) {
            return false;
        }
        String stripped = Space.trimEnd(line, " \t");
        if (stripped.endsWith(escape) && !stripped.endsWith(escape + escape)) {
            text.append(stripped, 0, stripped.length() - 1);
            return true;
        }
        text.append(line);
        return false;
    }

    private List<HereDocument> documents(String text) {
        if (!text.contains("<<") || !mayHaveDocuments(text)) {
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
            String line = line();
            String word = withoutLineEnd(line);
            if ((document.stripsTabs() ? withoutTabs(word) : word).equals(document.name())) {
                return text.toString();
            }
            text.append(line);
        }
        throw new SyntaxProblem("the here-document '" + document.name() + "' is not ended");
    }

    private boolean mayHaveDocuments(String line) {
        Words words = Words.of(line, directives.directives().escape());
        if (words.name().equals("onbuild")) {
            words = Words.of(words.arguments(), directives.directives().escape());
        }
        return WITH_DOCUMENTS.contains(words.name()) && Text.strings(words.arguments()).isEmpty();
    }

    /** An instruction's name in lower case, and its arguments without the flags before them. */
    public record Words(String name, List<String> flags, String arguments) {

        public static Words of(String line, char escape) {
            String[] parts = Space.BETWEEN_ARGUMENTS.split(Space.trim(line), 2);
            Flags.Reader reader = new Flags.Reader(parts.length < 2 ? "" : parts[1], escape);
            return new Words(parts[0].toLowerCase(Locale.ROOT), reader.words(), reader.rest());
        }
    }

    private static boolean isComment(String line) {
        return Space.trimStart(line).startsWith("#");
    }

    private static String withoutTabs(String line) {
        int start = 0;
        while (start < line.length() && line.charAt(start) == '\t') {
            start++;
        }
        return line.substring(start);
    }

    private static String withoutLineEnd(String line) {
        return Space.trimEnd(line, "\r\n");
    }
}
