package dev.strata.dockerfile.lines;

import dev.strata.dockerfile.text.SyntaxProblem;
import dev.strata.dockerfile.text.Text;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The parser directives at the top of a Dockerfile: Dockerfile reference, section "Parser directives".
 *
 * @param escape the character that escapes and that continues lines: a backslash or a backtick
 * @param syntax the frontend that is to read the file
 * @param check what is to be checked of it
 */
public record Directives(char escape, Optional<String> syntax, Optional<String> check) {

    /** Those of a file that has none. */
    public static final Directives NONE = new Directives('\\', Optional.empty(), Optional.empty());

    static final Set<String> NAMES = Set.of("escape", "syntax", "check");

    /** @throws SyntaxProblem for another escape character */
    public static Directives of(Map<String, String> values) {
        String escape = values.getOrDefault("escape", "\\");
        if (!escape.equals("\\") && !escape.equals("`")) {
            throw new SyntaxProblem("the escape directive takes a backslash or a backtick, not '" + escape + "'");
        }
        return new Directives(
                escape.charAt(0), Optional.ofNullable(values.get("syntax")), Optional.ofNullable(values.get("check")));
    }

    /**
     * The frontend that is to read a file. BuildKit looks for it before anything else, since the file may be of any
     * language: lines may begin with {@code //}, one with {@code #!} is passed over, and the whole may be JSON.
     */
    public static Optional<String> frontend(String text) {
        return syntaxIn(text, "#")
                .or(() -> syntaxIn(text, "//"))
                .or(() -> Text.field(text, "syntax"))
                .map(value -> value.split(" ", 2)[0]);
    }

    public Directives withFrontendOf(String text) {
        return new Directives(escape, frontend(text), check);
    }

    private static Optional<String> syntaxIn(String text, String comment) {
        DirectiveReader reader = new DirectiveReader(comment);
        String[] lines = lines(text);
        for (int i = lines[0].startsWith("#!") ? 1 : 0; i < lines.length && !reader.isOver(); i++) {
            try {
                reader.read(lines[i]);
            } catch (SyntaxProblem wrongDirective) {
                break; // what stands before it counts
            }
        }
        return reader.value("syntax");
    }

    private static String[] lines(String text) {
        return (text.startsWith("\uFEFF") ? text.substring(1) : text).split("\r?\n", -1);
    }
}
