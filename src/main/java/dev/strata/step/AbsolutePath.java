package dev.strata.step;

import java.util.ArrayDeque;
import java.util.Deque;

/** Paths in an image, where they begin at its root. */
public final class AbsolutePath {

    private AbsolutePath() {}

    /**
     * A path without {@code .}, {@code ..} and doubled slashes.
     *
     * @param from where it begins if it is relative
     */
    public static String of(String from, String path) {
        Deque<String> parts = new ArrayDeque<>();
        String whole = path.startsWith("/") ? path : from + "/" + path;
        for (String part : whole.split("/")) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return "/" + String.join("/", parts);
    }
}
