package dev.strata.dockerfile.lines;

import dev.strata.dockerfile.text.Space;
import dev.strata.dockerfile.text.SyntaxProblem;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Collects directives until a line comes that is none; from there on they are comments. */
final class DirectiveReader {

    private static final Pattern DIRECTIVE =
            Pattern.compile("([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*(.+?)[\t\n\f\r ]*", Pattern.DOTALL);

    private final String comment;
    private final Map<String, String> found = new HashMap<>();
    private boolean over;

    /** @param comment what a line with a directive begins with */
    DirectiveReader(String comment) {
        this.comment = comment;
    }

    /** @throws SyntaxProblem for a wrong value */
    Directives directives() {
        return Directives.of(found);
    }

    Optional<String> value(String name) {
        return Optional.ofNullable(found.get(name));
    }

    /** Whether no directive can follow. */
    boolean isOver() {
        return over;
    }

    /** @param line a physical line without its line end */
    void read(String line) {
        if (over || !line.startsWith(comment)) {
            over = true;
            return;
        }
        Matcher directive = DIRECTIVE.matcher(Space.trimStart(line.substring(comment.length())));
        if (!directive.matches()) {
            over = true;
            return;
        }
        String name = directive.group(1).toLowerCase(Locale.ROOT);
        if (!Directives.NAMES.contains(name)) {
            over = true;
        } else if (found.putIfAbsent(name, directive.group(2)) != null) {
            throw new SyntaxProblem("the directive '" + name + "' may stand once only");
        }
    }
}
