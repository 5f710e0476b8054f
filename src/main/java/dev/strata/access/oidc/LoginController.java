package dev.strata.access.oidc;

import dev.strata.access.audit.Audit;
import dev.strata.access.audit.AuditEvent.What;
import dev.strata.access.callers.Callers;
import dev.strata.access.ConditionalOnLogin;
import dev.strata.access.endpoints.Open;
import dev.strata.access.guesses.Throttle;
import dev.strata.access.callers.Proven;
import dev.strata.access.oidc.FailedLoginException.Reason;
import dev.strata.access.sessions.SessionCookie;
import dev.strata.access.sessions.Sessions;
import dev.strata.access.tokens.SealedNotes;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.web.Links;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Sends a browser to an issuer, and takes it back with a session. Each issuer has an address of its own to send it back to,
 * so that no other can answer for it. What a login began with is in a cookie: only the browser that began it can end it, on
 * whichever process.
 */
@RestController
@ConditionalOnLogin
@RequestMapping(LoginController.PATH + "/{issuer}")
class LoginController {

    static final String PATH = "/api/access/login";

    private static final Logger log = LoggerFactory.getLogger(LoginController.class);
    private static final String PURPOSE = "login";
    /** So long somebody may take to type a password there. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final ToldFailures failures = new ToldFailures();
    private final Providers providers;
    private final Sessions sessions;
    private final SessionCookie cookie;
    private final SealedNotes notes;
    private final Throttle throttle;
    private final Links links;
    private final Audit audit;
    private final Clock clock;

    LoginController(
            Providers providers,
            Sessions sessions,
            SessionCookie cookie,
            SealedNotes notes,
            Throttle throttle,
            Links links,
            Audit audit,
            Clock clock) {
        this.providers = providers;
        this.sessions = sessions;
        this.cookie = cookie;
        this.notes = notes;
        this.throttle = throttle;
        this.links = links;
        this.audit = audit;
        this.clock = clock;
    }

    @Open
    @GetMapping
    void start(
            @PathVariable String issuer,
            @RequestParam("return") Optional<String> next,
            HttpServletRequest request,
            HttpServletResponse response) {
        Provider provider = find(issuer);
        URI redirect = URI.create(links.absolute(request, PATH + "/" + issuer + "/callback"));
        Attempt attempt = Attempt.begin(issuer, redirect, next);
        try {
            String address = provider.address(attempt).toString();
            cookie.writeAttempt(request, response, notes.seal(PURPOSE, attempt.toMap(), PATIENCE), PATIENCE);
            goOn(response, address);
        } catch (FailedLoginException e) {
            fail(issuer, e, request, response);
        }
    }

    @Open
    @GetMapping("/callback")
    void end(@PathVariable String issuer, HttpServletRequest request, HttpServletResponse response) {
        Provider provider = find(issuer);
        Optional<Attempt> attempt = cookie.readAttempt(request)
                .flatMap(note -> notes.open(PURPOSE, note))
                .map(Attempt::of)
                .filter(begun -> begun.issuer().equals(issuer));
        cookie.clearAttempt(request, response);
        try {
            requireFewWrong(request.getRemoteAddr());
            if (attempt.isEmpty()) {
                throw new FailedLoginException(Reason.EXPIRED, "this browser began no such login of late");
            }
            Proven owner = providers.note(provider.finish(attempt.get(), parameters(request)))
                    .orElseThrow(() -> new FailedLoginException(Reason.REFUSED, "nobody can have such a name"));
            cookie.read(request).ifPresent(sessions::end);
            Sessions.Started started = sessions.start(owner);
            cookie.write(
                    request, response, started.value(), Duration.between(clock.instant(), started.session().endsAt()));
            Callers.note(request, owner.caller());
            audit.note(What.LOGIN, request, owner.caller().name(), Map.of("issuer", issuer));
            goOn(response, attempt.get().next());
        } catch (FailedLoginException e) {
            if (e.reason() != Reason.UNAVAILABLE && e.reason() != Reason.TOO_MANY) {
                throttle.noteWrongSecret(request.getRemoteAddr(), String.valueOf(request.getQueryString()));
            }
            fail(issuer, e, request, response);
        }
    }

    /** Each of them asks the issuer. */
    private void requireFewWrong(String address) throws FailedLoginException {
        try {
            throttle.requireFewWrong(address);
        } catch (RegistryException tooMany) {
            throw new FailedLoginException(Reason.TOO_MANY, tooMany.getMessage(), tooMany);
        }
    }

    private Provider find(String issuer) {
        return providers.find(issuer)
                .orElseThrow(() -> new RegistryException(
                        Problem.ENDPOINT_UNKNOWN, "nobody logs in at such an issuer", Map.of("issuer", issuer)));
    }

    private static Map<String, List<String>> parameters(HttpServletRequest request) {
        Map<String, List<String>> parameters = new HashMap<>();
        request.getParameterMap().forEach((name, values) -> parameters.put(name, List.of(values)));
        return parameters;
    }

    private void fail(
            String issuer, FailedLoginException failure, HttpServletRequest request, HttpServletResponse response) {
        String reason = failure.reason().name().toLowerCase(Locale.ROOT);
        if (failures.takes(clock.instant())) {
            log.warn("A login at {} came to nothing: {}", issuer, failure.getMessage());
            audit.note(What.LOGIN_FAILED, request, "", Map.of("issuer", issuer, "reason", reason));
        }
        goOn(response, Attempt.HOME + "?login=" + reason);
    }

    private static void goOn(HttpServletResponse response, String address) {
        response.setStatus(HttpStatus.SEE_OTHER.value());
        response.setHeader("Location", address);
        response.setHeader("Cache-Control", "no-store");
    }
}
