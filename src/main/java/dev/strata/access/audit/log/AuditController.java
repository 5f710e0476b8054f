package dev.strata.access.audit.log;

import dev.strata.access.rights.Action;
import dev.strata.access.audit.AuditEvent;
import dev.strata.access.endpoints.Needs;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.web.Links;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;

/** What was done, the newest first. */
@RestController
class AuditController {

    private static final String PATH = "/api/access/audit";
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1_000;
    private static final Instant EARLIEST = Instant.EPOCH;
    private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private final AuditTable table;
    private final Links links;

    AuditController(AuditTable table, Links links) {
        this.table = table;
        this.links = links;
    }

    record Events(List<KeptEvent> events) {}

    @Needs(Action.ADMIN)
    @GetMapping(path = PATH, produces = MediaType.APPLICATION_JSON_VALUE)
    Events list(
            @RequestParam Optional<String> what,
            @RequestParam Optional<String> who,
            @RequestParam Optional<String> subject,
            @RequestParam Optional<String> since,
            @RequestParam Optional<String> until,
            @RequestParam Optional<String> n,
            @RequestParam Optional<String> before,
            HttpServletRequest request,
            HttpServletResponse response) {
        int limit = Math.clamp(number("n", n, PAGE), 1, LARGEST_PAGE);
        AuditFilter filter = new AuditFilter(
                what.map(AuditController::what),
                who.map(text -> plain("who", text)),
                subject.map(text -> plain("subject", text)),
                since.map(text -> time("since", text)),
                until.map(text -> time("until", text)),
                number("before", before, Long.MAX_VALUE));
        List<KeptEvent> found = table.list(filter, limit + 1);
        List<KeptEvent> page = found.subList(0, Math.min(limit, found.size()));
        if (found.size() > limit) {
            String query = Optional.ofNullable(request.getQueryString()).orElse("");
            links.setNext(
                    response,
                    PATH + UriComponentsBuilder.newInstance()
                            .query(query)
                            .replaceQueryParam("before", page.getLast().id())
                            .build()
                            .toUriString());
        }
        return new Events(page);
    }

    private static AuditEvent.What what(String text) {
        return Stream.of(AuditEvent.What.values())
                .filter(what -> what.name().equals(text.toUpperCase(Locale.ROOT)))
                .findAny()
                .orElseThrow(() -> invalid("what", text, "is one of " + List.of(AuditEvent.What.values())));
    }

    /** No event has a NUL, and not every database takes one. */
    private static String plain(String name, String text) {
        if (text.indexOf('\0') >= 0) {
            throw invalid(name, text, "is a name");
        }
        return text;
    }

    private static Instant time(String name, String text) {
        try {
            Instant time = Instant.parse(text);
            if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
                throw invalid(name, text, "is a time between " + EARLIEST + " and " + LATEST);
            }
            return time;
        } catch (DateTimeException e) {
            throw invalid(name, text, "is a time such as 2026-01-31T12:00:00Z");
        }
    }

    private static long number(String name, Optional<String> text, long otherwise) {
        if (text.isPresent() && !NUMBER.matcher(text.get()).matches()) {
            throw invalid(name, text.get(), "is a number");
        }
        return text.map(Long::parseLong).orElse(otherwise);
    }

    private static RegistryException invalid(String name, String value, String what) {
        return new RegistryException(
                Problem.PARAMETER_INVALID, name + " " + what, Map.of("parameter", name, "value", value));
    }
}
