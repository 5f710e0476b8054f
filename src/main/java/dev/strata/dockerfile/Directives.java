package dev.strata.dockerfile;

import java.util.Optional;

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

    /**
     * Those of a file, whose instructions may be of any language.
     *
     * @throws DockerfileException for a directive that stands twice or has a wrong value
     */
    public static Directives of(String text) {
        DirectiveReader reader = new DirectiveReader();
        String[] lines = (text.startsWith("\uFEFF") ? text.substring(1) : text).split("\r?\n");
        for (int i = 0; i < lines.length && !reader.isOver(); i++) {
            try {
                reader.read(lines[i].stripLeading());
            } catch (SyntaxProblem problem) {
                throw problem.at(i + 1);
            }
        }
        return reader.directives();
    }

    Directives withEscape(String value) {
        if (!value.equals("\\") && !value.equals("`")) {
            throw new SyntaxProblem("the escape directive takes a backslash or a backtick, not '" + value + "'");
        }
        return new Directives(value.charAt(0), syntax, check);
    }

    Directives withSyntax(String value) {
        return new Directives(escape, Optional.of(value), check);
    }

    Directives withCheck(String value) {
        return new Directives(escape, syntax, Optional.of(value));
    }
}
