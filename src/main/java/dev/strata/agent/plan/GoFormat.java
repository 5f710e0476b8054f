package dev.strata.agent.plan;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Values written the way that Go's formatting verbs write them, which histories are made with. */
final class GoFormat {

    private static final String ESCAPED = "\u0007\b\f\n\r\t\u000B\\\"";
    private static final String LETTERS = "abfnrtv\\\"";

    private GoFormat() {}

    /** A list as {@code %v} writes it. */
    static String list(Collection<String> elements) {
        return "[" + String.join(" ", elements) + "]";
    }

    /** A list as {@code %q} writes it. */
    static String quoted(List<String> elements) {
        return elements.stream().map(GoFormat::quoted).collect(Collectors.joining(" ", "[", "]"));
    }

    /** A string as {@code %q} writes it. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            int special = ESCAPED.indexOf(c);
            if (special >= 0) {
                quoted.append('\\').append(LETTERS.charAt(special));
            } else if (c < ' ' || c == 0x7f) {
                quoted.append(String.format("\\x%02x", c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }

    /** A small number as {@code %q} writes it: as a character. */
    static String quoted(int number) {
        int special = ESCAPED.indexOf(number);
        if (number == '"') {
            return "'\"'";
        }
        if (special >= 0) {
            return "'\\" + LETTERS.charAt(special) + "'";
        }
        return number < ' ' || number == 0x7f ? String.format("'\\x%02x'", number) : "'" + Character.toString(number) + "'";
    }

    /** A duration as it writes itself: {@code 1m30s}, {@code 1.5s}, {@code 100ms}, {@code 0s}. */
    static String duration(Duration duration) {
        long nanos = duration.toNanos();
        if (nanos == 0) {
            return "0s";
        }
        if (nanos < 1_000_000_000L) {
            return decimal(nanos, 1_000_000) + "ms";
        }
        long hours = duration.toHours();
        String seconds = decimal(nanos % 60_000_000_000L, 1_000_000_000) + "s";
        if (duration.toMinutes() == 0) {
            return seconds;
        }
        return (hours > 0 ? hours + "h" : "") + duration.toMinutesPart() + "m" + seconds;
    }

    private static String decimal(long nanos, long unit) {
        return BigDecimal.valueOf(nanos)
                .divide(BigDecimal.valueOf(unit))
                .stripTrailingZeros()
                .toPlainString();
    }
}
