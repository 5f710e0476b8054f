package dev.strata.dockerfile.words;

import dev.strata.dockerfile.text.SyntaxProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A pattern of a substitution: {@code *} is any text, {@code ?} any character, but for line ends; a backslash takes the
 * meaning of either away. POSIX.1-2017, Shell Command Language, section 2.13.1, without brackets.
 *
 * <p>Between two {@code *} a piece always matches where it first can, and the last piece where it last can, so that there is
 * nothing to go back to.
 */
final class ShellPattern {

    private static final int ANY_CHARACTER = -2;
    private static final int NONE = -1;
    private static final long MOST_WORK = 200_000_000;

    /** What stands between the {@code *}, of characters and {@link #ANY_CHARACTER}; one piece where there is no {@code *}. */
    private final List<int[]> pieces;

    private ShellPattern(List<int[]> pieces) {
        this.pieces = pieces;
    }

    /** @throws SyntaxProblem for a backslash before what has no meaning */
    private static ShellPattern of(String pattern) {
        List<int[]> pieces = new ArrayList<>();
        List<Integer> piece = new ArrayList<>();
        int[] characters = pattern.codePoints().toArray();
        for (int i = 0; i < characters.length; i++) {
            switch (characters[i]) {
                case '*' -> {
                    pieces.add(array(piece));
                    piece.clear();
                }
                case '?' -> piece.add(ANY_CHARACTER);
                case '\\' -> {
                    i++;
                    if (i == characters.length || "*?\\}/".indexOf(characters[i]) < 0) {
                        throw new SyntaxProblem("a backslash in the pattern '" + pattern + "' escapes nothing");
                    }
                    piece.add(characters[i]);
                }
                default -> piece.add(characters[i]);
            }
        }
        pieces.add(array(piece));
        return new ShellPattern(pieces);
    }

    private static int[] array(List<Integer> characters) {
        return characters.stream().mapToInt(Integer::intValue).toArray();
    }

    static String trimStart(String pattern, String text, boolean longest) {
        return of(pattern).trimStart(text, longest);
    }

    private String trimStart(String text, boolean longest) {
        int[] value = text.codePoints().toArray();
        checkWork(value.length);
        int end = end(value, 0, longest);
        return end == NONE ? text : string(value, end, value.length);
    }

    /** Pattern and text are both read backwards, as BuildKit does it. */
    static String trimEnd(String pattern, String text, boolean longest) {
        ShellPattern backwards = of(string(pairwiseReversed(pattern.codePoints().toArray())));
        String trimmed = backwards.trimStart(string(reversed(text.codePoints().toArray())), longest);
        return string(reversed(trimmed.codePoints().toArray()));
    }

    /** An escape stays before what it escapes. */
    private static int[] pairwiseReversed(int[] pattern) {
        int[] reversed = reversed(pattern);
        for (int i = 0; i < pattern.length - 1; i++) {
            if (pattern[i] == '\\') {
                int at = pattern.length - 2 - i;
                reversed[at] = '\\';
                reversed[at + 1] = pattern[++i];
            }
        }
        return reversed;
    }

    /**
     * Replaces the first match, or every one; each match is as long as it can be.
     *
     * @param replacement in that of every one {@code $0} is the match, as in Go's regular expressions
     */
    static String replace(String pattern, String text, String replacement, boolean all) {
        return of(pattern).replace(text, replacement, all);
    }

    private String replace(String text, String replacement, boolean all) {
        int[] value = text.codePoints().toArray();
        checkWork(value.length);
        StringBuilder result = new StringBuilder();
        int first = pieces.getFirst().length;
        int at = 0;
        int matched = NONE;
        int hopeless = NONE;
        while (at <= value.length) {
            int end = at + first <= hopeless ? NONE : end(value, at, true);
            if (end == NONE && at + first > hopeless && isAt(value, at, pieces.getFirst())) {
                hopeless = lineEnd(value, at + first); // what is missing behind it is missing to the end of the line
            }
            if (end > at || end == at && matched != at) {
                String match = string(value, at, end);
                append(result, all ? GoTemplate.filled(replacement, match) : replacement);
                matched = end;
                if (!all) {
                    return result.append(string(value, end, value.length)).toString();
                }
            }
            if (end <= at) {
                append(result, string(value, at, Math.min(at + 1, value.length)));
            }
            at = Math.max(end, at + 1);
        }
        return result.toString();
    }

    private static void append(StringBuilder result, String part) {
        if (part.length() > WordReader.LONGEST - result.length()) {
            throw new SyntaxProblem("with its matches replaced it has more than " + WordReader.LONGEST + " characters");
        }
        result.append(part);
    }

    private void checkWork(int length) {
        long tokens = pieces.stream().mapToLong(piece -> piece.length + 1L).sum();
        if (tokens * length > MOST_WORK) {
            throw new SyntaxProblem("the pattern and the value that it is matched with are too long");
        }
    }

    /** Where a match that begins at a position ends: the shortest or the longest. */
    private int end(int[] value, int from, boolean longest) {
        if (!isAt(value, from, pieces.getFirst())) {
            return NONE;
        }
        int end = from + pieces.getFirst().length;
        for (int i = 1; i < pieces.size() && end != NONE; i++) {
            boolean last = longest && i == pieces.size() - 1;
            end = last ? lastEnd(value, end, pieces.get(i)) : firstEnd(value, end, pieces.get(i));
        }
        return end;
    }

    /** Where a piece ends that begins there or later on the same line. */
    private static int firstEnd(int[] value, int from, int[] piece) {
        for (int at = from; at + piece.length <= value.length; at++) {
            if (isAt(value, at, piece)) {
                return at + piece.length;
            }
            if (value[at] == '\n') {
                return NONE;
            }
        }
        return NONE;
    }

    private static int lastEnd(int[] value, int from, int[] piece) {
        for (int at = Math.min(lineEnd(value, from), value.length - piece.length); at >= from; at--) {
            if (isAt(value, at, piece)) {
                return at + piece.length;
            }
        }
        return NONE;
    }

    private static int lineEnd(int[] value, int from) {
        int end = from;
        while (end < value.length && value[end] != '\n') {
            end++;
        }
        return end;
    }

    private static boolean isAt(int[] value, int at, int[] piece) {
        if (at + piece.length > value.length) {
            return false;
        }
        for (int i = 0; i < piece.length; i++) {
            int character = value[at + i];
            if (piece[i] == ANY_CHARACTER ? character == '\n' : character != piece[i]) {
                return false;
            }
        }
        return true;
    }

    private static int[] reversed(int[] characters) {
        int[] reversed = new int[characters.length];
        for (int i = 0; i < characters.length; i++) {
            reversed[characters.length - 1 - i] = characters[i];
        }
        return reversed;
    }

    private static String string(int[] characters) {
        return string(characters, 0, characters.length);
    }

    private static String string(int[] characters, int from, int to) {
        return new String(Arrays.copyOfRange(characters, from, to), 0, to - from);
    }
}
