package dev.strata.access.rights;

/** What a pattern means, written as it would be explained: every part of a name is tried for every star. */
public final class PlainGlob {

    private PlainGlob() {}

    public static boolean matches(String pattern, String name) {
        boolean[][] matches = new boolean[pattern.length() + 1][name.length() + 1];
        for (int p = pattern.length(); p >= 0; p--) {
            for (int n = name.length(); n >= 0; n--) {
                matches[p][n] = matchesFrom(pattern, p, name, n, matches);
            }
        }
        return matches[0][0];
    }

    private static boolean matchesFrom(String pattern, int p, String name, int n, boolean[][] later) {
        if (p == pattern.length()) {
            return n == name.length();
        }
        boolean hasMore = n < name.length();
        if (pattern.startsWith("**", p)) {
            return later[p + 2][n] || hasMore && later[p][n + 1];
        }
        if (pattern.charAt(p) == '*') {
            return later[p + 1][n] || hasMore && name.charAt(n) != '/' && later[p][n + 1];
        }
        return hasMore && pattern.charAt(p) == name.charAt(n) && later[p + 1][n + 1];
    }
}
