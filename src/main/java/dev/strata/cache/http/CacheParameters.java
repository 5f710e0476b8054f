package dev.strata.cache.http;

import dev.strata.cache.Scope;
import dev.strata.cache.Trust;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the parameters and headers of requests. */
final class CacheParameters {

    private static final Pattern WAIT = Pattern.compile("(?:^|[,;\\s])wait=(\\d{1,6})(?:$|[,;\\s])");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,18}");
    private static final Pattern WINDOW = Pattern.compile("(\\d{1,4})([hd])");
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private CacheParameters() {}

    /** {@code pr-12,main}; none where it is empty. */
    static List<Scope> scopes(Optional<String> text) {
        if (text.isEmpty()) {
            return List.of();
        }
        return Stream.of(text.get().split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .map(Scope::of)
                .toList();
    }

    static Trust trust(Optional<String> text) {
        return switch (text.orElse("recorded")) {
            case "recorded" -> Trust.RECORDED;
            case "any" -> Trust.ANY;
            default -> throw invalid("trust is recorded or any", "trust", text.orElseThrow());
        };
    }

    /** A number of seconds; what is more than 68 years is as good as that. */
    static Optional<Duration> seconds(String name, Optional<String> text) {
        if (text.isPresent() && !SECONDS.matcher(text.get()).matches()) {
            throw invalid(name + " is a number of seconds", name, text.get());
        }
        return text.map(number -> Duration.ofSeconds(Math.min(Long.parseLong(number), Integer.MAX_VALUE)));
    }

    /** {@code 12h} or {@code 7d}. */
    static Duration window(String text) {
        Matcher window = WINDOW.matcher(text);
        if (!window.matches()) {
            throw invalid("window is a number of hours or days: 12h, 7d", "window", text);
        }
        long number = Long.parseLong(window.group(1));
        return window.group(2).equals("h") ? Duration.ofHours(number) : Duration.ofDays(number);
    }

    static Optional<Instant> time(String name, Optional<String> text) {
        try {
            return text.map(time -> Instant.parse(time.replace(' ', '+'))); // before a zone it is meant as a plus
        } catch (DateTimeException e) {
            throw invalid(name + " is a time such as 2026-01-31T12:00:00Z", name, text.orElse(""));
        }
    }

    /** How long the caller would wait: RFC 7240, section 4.3; absent as null. */
    static Duration prefersToWait(@Nullable String prefer) {
        if (prefer == null) {
            return Duration.ZERO;
        }
        Matcher wait = WAIT.matcher(prefer);
        if (!wait.find()) {
            return Duration.ZERO;
        }
        Duration asked = Duration.ofSeconds(Long.parseLong(wait.group(1)));
        return asked.compareTo(LONGEST_WAIT) < 0 ? asked : LONGEST_WAIT;
    }

    static RegistryException invalid(String message, String parameter, String value) {
        return new RegistryException(
                Problem.PARAMETER_INVALID, message, Map.of("parameter", parameter, "value", value));
    }
}
