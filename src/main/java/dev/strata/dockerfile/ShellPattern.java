package dev.strata.dockerfile;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A pattern of a substitution: {@code *} is any text, {@code ?} any character, but for line ends; a backslash takes the
 * meaning of either away. POSIX.1-2017, Shell Command Language, section 2.13.1, without brackets.
 *
 * <p>Matching takes time in proportion to pattern times text, whatever the pattern.
 */
final class ShellPattern {

    private static final int ANY_TEXT = -1;
    private static final int ANY_CHARACTER = -2;

    /** Each a character, or one of the two above. */
    private final List<Integer> tokens;

    private ShellPattern(List<Integer> tokens) {
        this.tokens = tokens;
    }

    static ShellPattern of(String pattern) {
        List<Integer> tokens = new ArrayList<>();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            switch (c) {
                case '*' -> tokens.add(ANY_TEXT);
                case '?' -> tokens.add(ANY_CHARACTER);
                case '\\' -> {
                    i++;
                    if (i == pattern.length() || "*?\\}/".indexOf(pattern.charAt(i)) < 0) {
                        throw new SyntaxProblem("a backslash in the pattern '" + pattern + "' escapes nothing");
                    }
                    tokens.add((int) pattern.charAt(i));
                }
                default -> tokens.add((int) c);
            }
        }
        return new ShellPattern(tokens);
    }

    String trimStart(String value, boolean longest) {
        int end = end(value, 0, longest);
        return end < 0 ? value : value.substring(end);
    }

    String trimEnd(String value, boolean longest) {
        String backwards = new StringBuilder(value).reverse().toString();
        int end = new ShellPattern(tokens.reversed()).end(backwards, 0, longest);
        return end < 0 ? value : value.substring(0, value.length() - end);
    }

    /** Replaces the first match, or every one; each match is as long as it can be. */
    String replace(String value, String replacement, boolean all) {
        StringBuilder result = new StringBuilder();
        int at = 0;
        int matched = -1;
        while (at <= value.length()) {
            int end = end(value, at, true);
            if (end > at || end == at && matched != at) {
                result.append(replacement);
                matched = end;
                if (!all) {
                    return result.append(value, end, value.length()).toString();
                }
            }
            if (end <= at) {
                result.append(value, at, Math.min(at + 1, value.length()));
            }
            at = Math.max(end, at + 1);
        }
        return result.toString();
    }

    /** Where a match that begins at a position ends: the shortest or the longest; -1 for none. */
    private int end(String value, int from, boolean longest) {
        BitSet ends = new BitSet(value.length() + 1);
        ends.set(from);
        for (int token : tokens) {
            BitSet next = new BitSet(value.length() + 1);
            for (int at = ends.nextSetBit(0); at >= 0; at = ends.nextSetBit(at + 1)) {
                if (token == ANY_TEXT) {
                    int stop = value.indexOf('\n', at);
                    int limit = stop < 0 ? value.length() : stop;
                    if (next.get(at)) {
                        continue;
                    }
                    next.set(at, limit + 1);
                } else if (at < value.length() && matches(token, value.charAt(at))) {
                    next.set(at + 1);
                }
            }
            ends = next;
        }
        return longest ? ends.length() - 1 : ends.nextSetBit(0);
    }

    private static boolean matches(int token, char c) {
        return token == ANY_CHARACTER ? c != '\n' : token == c;
    }
}
