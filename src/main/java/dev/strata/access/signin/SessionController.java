package dev.strata.access.signin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.strata.access.AccessProperties;
import dev.strata.access.audit.Audit;
import dev.strata.access.audit.AuditEvent.What;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Callers;
import dev.strata.access.endpoints.Challenge;
import dev.strata.access.ConditionalOnLogin;
import dev.strata.access.endpoints.Open;
import dev.strata.access.callers.Proven;
import dev.strata.access.callers.Rights;
import dev.strata.access.people.People;
import dev.strata.access.oidc.Providers;
import dev.strata.access.sessions.Session;
import dev.strata.access.sessions.SessionCookie;
import dev.strata.access.sessions.Sessions;
import dev.strata.json.StrictJson;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.web.SmallBodies;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** The page's login: who somebody is, and how they can say so. */
@RestController
@ConditionalOnLogin
@RequestMapping(path = "/api/access/session", produces = MediaType.APPLICATION_JSON_VALUE)
class SessionController {

    private static final int LARGEST = 4 * 1024;

    private final Authenticator authenticator;
    private final Sessions sessions;
    private final SessionCookie cookie;
    private final Providers providers;
    private final People people;
    private final Rights rights;
    private final Challenge challenge;
    private final SmallBodies bodies;
    private final Audit audit;
    private final Clock clock;

    SessionController(
            Authenticator authenticator,
            Sessions sessions,
            SessionCookie cookie,
            Providers providers,
            People people,
            Rights rights,
            Challenge challenge,
            SmallBodies bodies,
            Audit audit,
            Clock clock) {
        this.authenticator = authenticator;
        this.sessions = sessions;
        this.cookie = cookie;
        this.providers = providers;
        this.people = people;
        this.rights = rights;
        this.challenge = challenge;
        this.bodies = bodies;
        this.audit = audit;
        this.clock = clock;
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record State(boolean login, boolean passwords, List<Way> issuers, @Nullable Who caller) {}

    /** @param commandLine what a client without a secret needs to have people log in there */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    private record Way(String name, String title, String start, Optional<CommandLine> commandLine) {

        static Way of(AccessProperties.Issuer issuer) {
            return new Way(
                    issuer.name(),
                    issuer.title(),
                    "/api/access/login/" + issuer.name(),
                    issuer.commandLineClient().map(client -> new CommandLine(issuer.issuer(), client, issuer.scopes())));
        }
    }

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    private record CommandLine(String issuer, String clientId, String scopes) {}

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    private record Who(
            String kind,
            String name,
            String title,
            List<String> groups,
            String by,
            boolean administrator,
            boolean maintains,
            Optional<Instant> expiresAt) {}

    private record NameAndPassword(String name, String password) {}

    @Open
    @GetMapping
    Object state(HttpServletRequest request, HttpServletResponse response) {
        return state(Callers.of(request), SignIn.session(request), response);
    }

    private State state(Caller caller, Optional<Session> session, HttpServletResponse response) {
        response.setHeader("Cache-Control", "no-store");
        Who who = caller.kind() == Caller.Kind.ANONYMOUS
                ? null
                : new Who(
                        caller.kind().name().toLowerCase(Locale.ROOT),
                        caller.name(),
                        caller.kind() == Caller.Kind.PERSON
                                ? people.titleOf(caller.name()).orElse(caller.name())
                                : caller.name(),
                        caller.groups().stream().sorted().toList(),
                        session.isPresent() ? "session" : "other",
                        rights.isAdmin(caller),
                        rights.maintains(caller),
                        session.map(Session::endsAt));
        return new State(true, true, providers.all().stream().map(Way::of).toList(), who);
    }

    /** Whoever had a session before has a new one: nobody can have given them one that they know. */
    @Open
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    Object logIn(HttpServletRequest request, HttpServletResponse response) throws IOException {
        NameAndPassword said = bodies.read(request, LARGEST, Problem.REQUEST_TOO_LARGE, SessionController::read);
        // Robots and workloads have no browser.
        Optional<Proven> owner = authenticator.isSecret(said.password())
                ? Optional.empty()
                : authenticator.logIn(said.name(), said.password(), request.getRemoteAddr());
        if (owner.isEmpty()) {
            response.setHeader("WWW-Authenticate", challenge.header(request, "", ""));
            throw new RegistryException(Problem.UNAUTHENTICATED, "the name or the password is wrong", Map.of());
        }
        cookie.read(request).ifPresent(sessions::end);
        Sessions.Started started = sessions.start(owner.get());
        cookie.write(
                request, response, started.value(), Duration.between(clock.instant(), started.session().endsAt()));
        return state(started.session().caller(), Optional.of(started.session()), response);
    }

    private static NameAndPassword read(byte[] body) {
        JsonNode json = StrictJson.read(body, "the body", Problem.PARAMETER_INVALID);
        String name = json.path("name").asString("");
        String password = json.path("password").asString("");
        if (name.isEmpty() || password.isEmpty()) {
            throw new RegistryException(Problem.PARAMETER_INVALID, "name and password are two texts", Map.of());
        }
        return new NameAndPassword(name, password);
    }

    @Open
    @DeleteMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void logOut(HttpServletRequest request, HttpServletResponse response) {
        if (SignIn.session(request).isPresent()) {
            cookie.read(request).ifPresent(sessions::end);
            audit.note(What.LOGOUT, request, Callers.of(request).name(), Map.of());
        }
        cookie.clear(request, response);
    }
}
