package dev.strata.agent.build;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names images by their digests in an instruction, so that the builder takes what the plan looked at, whatever a tag means by
 * then.
 */
final class Pins {

    /** In the flags of an instruction: {@code --from=image}, {@code --mount=type=bind,from=image}. */
    private static final Pattern FROM = Pattern.compile("(--from=|--mount=from=|,from=)([\"']?)([^\\s,\"'\\\\`]+)");

    private final String text;
    private final char escape;
    private int position;

    private Pins(String text, char escape) {
        this.text = text;
        this.escape = escape;
    }

    /**
     * @param text the instruction as it stands in the file
     * @param escape the file's escape character
     * @param pins the names by digest, by the names that it uses
     * @return empty where one of the names does not stand there as it is
     */
    static Optional<String> apply(String text, char escape, Map<String, String> pins) {
        if (pins.isEmpty()) {
            return Optional.of(text);
        }
        int end = new Pins(text, escape).endOfFlags();
        Set<String> missing = new HashSet<>(pins.keySet());
        StringBuilder pinned = new StringBuilder();
        Matcher from = FROM.matcher(text.substring(0, end));
        while (from.find()) {
            String pin = pins.getOrDefault(from.group(3), from.group(3));
            missing.remove(from.group(3));
            from.appendReplacement(pinned, Matcher.quoteReplacement(from.group(1) + from.group(2) + pin));
        }
        from.appendTail(pinned).append(text, end, text.length());
        return missing.isEmpty() ? Optional.of(pinned.toString()) : Optional.empty();
    }

    private int endOfFlags() {
        skipSpace();
        skipWord();
        int end = position;
        skipSpace();
        while (text.startsWith("--", position)) {
            skipWord();
            end = position;
            skipSpace();
        }
        return end;
    }

    /** Space, continued lines, and the comments between them. */
    private void skipSpace() {
        while (position < text.length()) {
            char c = text.charAt(position);
            boolean continues = c == escape && restOfLine().isBlank();
            if (c == '#' && text.substring(text.lastIndexOf('\n', position) + 1, position).isBlank()) {
                position += restOfLine().length() + 1;
            } else if (Character.isWhitespace(c) || continues) {
                position++;
            } else {
                return;
            }
        }
    }

    /** What follows on the same line. */
    private String restOfLine() {
        int end = text.indexOf('\n', position);
        return text.substring(Math.min(position + 1, text.length()), end < 0 ? text.length() : end);
    }

    private void skipWord() {
        char quote = 0;
        while (position < text.length()) {
            char c = text.charAt(position);
            if (quote == 0 && Character.isWhitespace(c) || c == escape && restOfLine().isBlank()) {
                return;
            }
            if (c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            }
            position++;
        }
    }
}
