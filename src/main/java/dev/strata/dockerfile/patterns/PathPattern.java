package dev.strata.dockerfile.patterns;

import dev.strata.dockerfile.text.DockerfileException;
import dev.strata.dockerfile.text.SyntaxProblem;

/**
 * A pattern of COPY and ADD for one part of a path, in the form of Go's {@code filepath.Match}: {@code *} is any text,
 * {@code ?} any character, {@code [a-z]} and {@code [^a-z]} are classes, and a backslash takes a meaning away.
 */
public final class PathPattern {

    private final int[] pattern;

    private PathPattern(int[] pattern) {
        this.pattern = pattern;
    }

    /** @throws DockerfileException for a class that is not closed or is empty, and for a backslash at the end */
    public static PathPattern of(String text) {
        PathPattern pattern = new PathPattern(text.codePoints().toArray());
        try {
            for (int at = 0; at < pattern.pattern.length; at = pattern.next(at)) {
                pattern.matchesOne(at, 'x');
            }
        } catch (SyntaxProblem | ArrayIndexOutOfBoundsException malformed) {
            throw new DockerfileException(1, "'" + text + "' is no pattern");
        }
        return pattern;
    }

    /** Whether a path or a part of one has characters of a pattern. */
    public static boolean isIn(String path) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '*' || c == '?' || c == '[') {
                return true;
            }
        }
        return false;
    }

    /** Whether all of a name matches. Time goes with pattern times name: only the last {@code *} is ever gone back to. */
    public boolean matches(String name) {
        int[] text = name.codePoints().toArray();
        int at = 0;
        int i = 0;
        int starred = -1;
        int taken = 0;
        while (i < text.length) {
            if (at < pattern.length && pattern[at] == '*') {
                starred = ++at;
                taken = i;
            } else if (at < pattern.length && matchesOne(at, text[i])) {
                at = next(at);
                i++;
            } else if (starred >= 0) {
                at = starred;
                i = ++taken;
            } else {
                return false;
            }
        }
        while (at < pattern.length && pattern[at] == '*') {
            at++;
        }
        return at == pattern.length;
    }

    private boolean matchesOne(int at, int character) {
        return switch (pattern[at]) {
            case '?', '*' -> true;
            case '\\' -> pattern[at + 1] == character;
            case '[' -> isInClass(at + 1, character);
            default -> pattern[at] == character;
        };
    }

    /** Where what stands there ends. */
    private int next(int at) {
        return switch (pattern[at]) {
            case '\\' -> at + 2;
            case '[' -> {
                int end = pattern[at + 1] == '^' ? at + 2 : at + 1;
                do {
                    end = pattern[end] == '\\' ? end + 2 : end + 1;
                } while (pattern[end] != ']');
                yield end + 1;
            }
            default -> at + 1;
        };
    }

    private boolean isInClass(int from, int character) {
        boolean negated = pattern[from] == '^';
        int at = negated ? from + 1 : from;
        boolean found = false;
        boolean isFirst = true;
        while (pattern[at] != ']' || isFirst) {
            int low = classCharacter(at);
            at = pattern[at] == '\\' ? at + 2 : at + 1;
            int high = low;
            if (pattern[at] == '-') {
                high = classCharacter(at + 1);
                at = pattern[at + 1] == '\\' ? at + 3 : at + 2;
            }
            found |= low <= character && character <= high;
            isFirst = false;
        }
        return found != negated;
    }

    private int classCharacter(int at) {
        if (pattern[at] == '-' || pattern[at] == ']') {
            throw new SyntaxProblem("a class of characters has none");
        }
        return pattern[at] == '\\' ? pattern[at + 1] : pattern[at];
    }
}
