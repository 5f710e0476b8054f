package dev.strata.access.grants;

import dev.strata.access.rights.Glob;
import dev.strata.access.rights.InvalidGrantException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a claim of a token has to be: a {@link Glob}, or a text with one name in braces, such as
 * {@code refs/pull/{pull_request}/merge}. The name stands for one segment, and that segment can be named in the scopes of
 * the same grant: GitHub tells the number of a pull request only as a part of another claim.
 */
public sealed interface ClaimPattern {

    /** What the claim's value is, by the names in it; empty where it does not match. */
    Optional<Map<String, String>> match(String value);

    /** Whether every value would do. */
    boolean isOpen();

    /** @throws InvalidGrantException */
    static ClaimPattern of(String text) {
        if (text.indexOf('{') < 0 && text.indexOf('}') < 0) {
            return new Plain(Glob.of(text));
        }
        Matcher part = Part.GRAMMAR.matcher(text);
        if (!part.matches() || text.length() > Glob.LONGEST) {
            throw new InvalidGrantException(
                    "a claim's pattern has one name in braces at the most, and then no *: '" + text + "'");
        }
        return new Part(part.group(1), part.group(2), part.group(3));
    }

    /** Any value that the pattern matches. */
    record Plain(Glob glob) implements ClaimPattern {

        @Override
        public Optional<Map<String, String>> match(String value) {
            return glob.matches(value) ? Optional.of(Map.of()) : Optional.empty();
        }

        @Override
        public boolean isOpen() {
            return glob.isOnlyStars();
        }

        @Override
        public String toString() {
            return glob.toString();
        }
    }

    /** A segment, or a part of one, between two texts. */
    record Part(String start, String name, String end) implements ClaimPattern {

        private static final Pattern GRAMMAR = Pattern.compile("([^*{}]*)\\{([A-Za-z_][A-Za-z0-9_]{0,63})}([^*{}]*)");

        @Override
        public Optional<Map<String, String>> match(String value) {
            boolean isAround = value.length() > start.length() + end.length()
                    && value.startsWith(start)
                    && value.endsWith(end);
            if (!isAround) {
                return Optional.empty();
            }
            String part = value.substring(start.length(), value.length() - end.length());
            return part.indexOf('/') < 0 ? Optional.of(Map.of(name, part)) : Optional.empty();
        }

        @Override
        public boolean isOpen() {
            return start.isEmpty() && end.isEmpty();
        }

        @Override
        public String toString() {
            return start + "{" + name + "}" + end;
        }
    }
}
