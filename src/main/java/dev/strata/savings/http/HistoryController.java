package dev.strata.savings.http;

import dev.strata.access.endpoints.Open;
import dev.strata.savings.figures.FigureHistory;
import dev.strata.savings.figures.Snapshots;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** How the figures were. */
@RestController
class HistoryController {

    private static final Duration DEFAULT_RANGE = Duration.ofDays(7);
    /** In bytes, of all figures at one moment. */
    private static final long OF_A_SNAPSHOT = 3_000;

    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
    private static final Pattern TIME = Pattern.compile(DATE + "T[0-9:.]{5,18}(Z|[+-]\\d{2}:\\d{2})");

    private final Snapshots snapshots;
    private final Answers answers;
    private final Clock clock;

    HistoryController(Snapshots snapshots, Answers answers, Clock clock) {
        this.snapshots = snapshots;
        this.answers = answers;
        this.clock = clock;
    }

    @Open(to = Open.Audience.TOTALS)
    @GetMapping("/api/savings/history")
    void history(
            @RequestParam Optional<String> from,
            @RequestParam Optional<String> to,
            @RequestParam Optional<String> step,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Instant end = to.map(text -> time("to", text)).orElseGet(clock::instant);
        Instant start = from.map(text -> time("from", text)).orElse(end.minus(DEFAULT_RANGE));
        if (!start.isBefore(end)) {
            throw Parameters.invalid("from", start.toString(), "is before to");
        }
        Duration range = Duration.between(start, end);
        FigureHistory.Step steps = step.map(text -> Parameters.oneOf("step", FigureHistory.Step.class, text))
                .orElse(range.compareTo(DEFAULT_RANGE) <= 0 ? FigureHistory.Step.HOUR : FigureHistory.Step.DAY);
        if (range.compareTo(steps.kept()) > 0) {
            throw Parameters.invalid(
                    "from", start.toString(), "is " + steps.kept().toDays() + " days before to at the most");
        }
        answers.sendPast(request, response, memory -> {
            memory.grow(range.dividedBy(steps.length()) * OF_A_SNAPSHOT);
            return snapshots.history(start, end, steps);
        });
    }

    private static Instant time(String parameter, String text) {
        try {
            if (DATE.matcher(text).matches()) {
                return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
            }
            if (TIME.matcher(text).matches()) {
                return OffsetDateTime.parse(text).toInstant();
            }
        } catch (DateTimeException e) {
            throw notATime(parameter, text);
        }
        throw notATime(parameter, text);
    }

    private static RuntimeException notATime(String parameter, String text) {
        return Parameters.invalid(parameter, text, "is a date or a time such as 2026-11-25T10:00:00Z");
    }
}
