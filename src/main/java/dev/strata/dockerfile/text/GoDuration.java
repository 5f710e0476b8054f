package dev.strata.dockerfile.text;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations in the form that HEALTHCHECK takes: {@code 1m30s}, {@code 1.5h}, {@code 100ms}. */
public final class GoDuration {

    private static final Map<String, Long> NANOSECONDS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "μs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);
    private static final Pattern PART = Pattern.compile("([0-9]{1,18}(?:\\.\\d{0,18})?|\\.\\d{1,18})(ns|us|µs|μs|ms|s|m|h)");

    private GoDuration() {}

    public static Duration parse(String text) {
        boolean isSigned = text.startsWith("+") || text.startsWith("-");
        String amount = isSigned ? text.substring(1) : text;
        Matcher part = PART.matcher(amount);
        BigDecimal sum = BigDecimal.ZERO;
        int end = 0;
        while (part.find() && part.start() == end) {
            sum = sum.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(NANOSECONDS.get(part.group(2)))));
            end = part.end();
        }
        boolean tooLong = sum.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0;
        if (amount.equals("0") || end == amount.length() && end > 0 && !tooLong) {
            return Duration.ofNanos(text.startsWith("-") ? -sum.longValue() : sum.longValue());
        }
        throw new SyntaxProblem("'" + text + "' is no duration; write it as 30s or 1m30s");
    }
}
