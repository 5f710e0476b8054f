package dev.strata.dockerfile;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Collects directives until a line comes that is none; from there on they are comments. */
final class DirectiveReader {

    private static final Pattern DIRECTIVE = Pattern.compile("#\\s*([a-zA-Z][a-zA-Z0-9]*)\\s*=\\s*(.+?)\\s*");

    private final Set<String> seen = new HashSet<>();
    private Directives directives = Directives.NONE;
    private boolean over;

    Directives directives() {
        return directives;
    }

    /** Whether no directive can follow. */
    boolean isOver() {
        return over;
    }

    /** @param line a physical line without its leading space */
    void read(String line) {
        Matcher directive = DIRECTIVE.matcher(line);
        if (over || !directive.matches()) {
            over = true;
            return;
        }
        String name = directive.group(1).toLowerCase(Locale.ROOT);
        String value = directive.group(2);
        if (seen.contains(name)) {
            throw new SyntaxProblem("the directive '" + name + "' may stand once only");
        }
        switch (name) {
            case "escape" -> directives = directives.withEscape(value);
            case "syntax" -> directives = directives.withSyntax(value);
            case "check" -> directives = directives.withCheck(value);
            default -> over = true;
        }
        seen.add(name);
    }
}
