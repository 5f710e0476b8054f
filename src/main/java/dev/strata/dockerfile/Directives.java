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
