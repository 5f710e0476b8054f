package dev.strata.dockerfile.patterns;

import dev.strata.dockerfile.text.SyntaxProblem;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * One pattern: {@code *} and {@code ?} stay within a path's part, {@code **} spans parts, brackets are classes.
 *
 * @param path the pattern as it is written, without what is superfluous in it
 * @param bringsBack whether it began with {@code !}
 */
public record IgnorePattern(Pattern regex, String path, boolean bringsBack) {

    private static final Pattern SPECIAL = Pattern.compile("[*?\\[\\]\\\\]");

    public static IgnorePattern of(String text) {
        boolean bringsBack = text.startsWith("!");
        String path = clean(bringsBack ? text.substring(1).strip() : text);
        if (path.isEmpty()) {
            throw new SyntaxProblem("'" + text + "' names no path");
        }
        try {
            return new IgnorePattern(Pattern.compile(regex(path), Pattern.DOTALL), path, bringsBack);
        } catch (PatternSyntaxException e) {
            throw new SyntaxProblem("'" + text + "' is no pattern: " + e.getDescription());
        }
    }

    public boolean matches(String path) {
        return regex.matcher(path).matches();
    }

    boolean matchesPathOrParent(String path) {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            if (regex.matcher(path.substring(0, slash)).matches()) {
                return true;
            }
        }
        return regex.matcher(path).matches();
    }

    /** The beginning of a path is the directory that has as many parts as the pattern. */
    boolean matchesPathOrBeginning(String path) {
        String[] parts = path.split("/");
        int count = this.path.split("/").length;
        return matches(path) || count < parts.length && matches(String.join("/", Arrays.copyOf(parts, count)));
    }

    /** Whether something below a directory may match. */
    boolean mayMatchBelow(String directory) {
        String[] own = path.split("/");
        String[] others = directory.split("/");
        for (int i = 0; i < Math.min(own.length, others.length); i++) {
            if (SPECIAL.matcher(own[i]).find()) {
                return true; // which may be more than one part
            }
            if (!own[i].equals(others[i])) {
                return false;
            }
        }
        return true;
    }

    private static String regex(String path) {
        // As in BuildKit, **.txt is whatever ends so, but **.t?t is a name in any directory.
        if (path.startsWith("**") && !path.startsWith("**/") && !SPECIAL.matcher(path.substring(2)).find()) {
            return ".*" + Pattern.quote(path.substring(2));
        }
        StringBuilder regex = new StringBuilder();
        boolean inClass = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '\\' && i + 1 < path.length()) {
                regex.append(Pattern.quote(String.valueOf(path.charAt(++i))));
            } else if (inClass) {
                inClass = c != ']';
                regex.append("[&".indexOf(c) >= 0 ? "\\" : "").append(c);
            } else if (path.startsWith("**", i)) {
                i += path.startsWith("**/", i) ? 2 : 1;
                regex.append(i + 1 == path.length() ? ".*" : "(?:.*/)?");
            } else if (c == '*') {
                regex.append("[^/]*");
            } else if (c == '?') {
                regex.append("[^/]");
            } else if (c == '[') {
                inClass = true;
                regex.append('[');
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return regex.toString();
    }

    /** Without empty parts, {@code .} and {@code ..}, and without slashes at its ends. */
    public static String clean(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                if (parts.isEmpty() || parts.getLast().equals("..")) {
                    if (!path.startsWith("/")) {
                        parts.add(part);
                    }
                } else {
                    parts.removeLast();
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        String cleaned = String.join("/", parts);
        return cleaned.isEmpty() && !path.isEmpty() ? "." : cleaned;
    }
}
