package dev.strata.access.signin;

import dev.strata.access.AccessProperties;
import dev.strata.access.ConditionalOnLogin;
import dev.strata.access.accounts.Accounts;
import dev.strata.access.accounts.Passwords;
import dev.strata.access.audit.Audit;
import dev.strata.access.audit.AuditEvent.What;
import dev.strata.access.callers.Caller.Kind;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Callers;
import dev.strata.access.callers.Proven;
import dev.strata.access.endpoints.Guard;
import dev.strata.access.endpoints.Open;
import dev.strata.access.sessions.SessionCookie;
import dev.strata.json.StrictJson;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.web.SmallBodies;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Lets people change the password of their own account. Whoever knows it shows it once more: a session is not enough. */
@RestController
@ConditionalOnLogin
class OwnPasswordController {

    private static final int LARGEST = 4 * 1024;
    private static final String OLD = "old";
    private static final String NEW = "new";

    private final Guard guard;
    private final Authenticator authenticator;
    private final Accounts accounts;
    private final Passwords passwords;
    private final KeptLogins logins;
    private final SessionCookie cookie;
    private final SmallBodies bodies;
    private final Audit audit;

    OwnPasswordController(
            Guard guard,
            Authenticator authenticator,
            Accounts accounts,
            Passwords passwords,
            KeptLogins logins,
            SessionCookie cookie,
            SmallBodies bodies,
            Audit audit) {
        this.guard = guard;
        this.authenticator = authenticator;
        this.accounts = accounts;
        this.passwords = passwords;
        this.logins = logins;
        this.cookie = cookie;
        this.bodies = bodies;
        this.audit = audit;
    }

    private record Wish(String oldPassword, String newPassword) {}

    /** Ends all that was given for the old one: sessions, this one too, and what docker and others keep. */
    @Open(to = Open.Audience.DECIDED_THERE)
    @PutMapping(path = "/api/access/me/password", produces = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void change(HttpServletRequest request, HttpServletResponse response) throws IOException {
        guard.requireLogin(request, response);
        Caller caller = Callers.of(request);
        if (caller.kind() != Kind.ACCOUNT || accounts.find(caller.name()).isEmpty()) {
            throw new RegistryException(
                    Problem.UNSUPPORTED, "your password, if you have one, is not kept in this registry", Map.of());
        }
        Wish wish = bodies.read(request, LARGEST, Problem.REQUEST_TOO_LARGE, OwnPasswordController::read);
        Proven known = prove(caller.name(), wish.oldPassword(), request.getRemoteAddr())
                .orElseThrow(() -> new RegistryException(
                        Problem.FORBIDDEN, "the old password is wrong", Map.of("field", OLD)));
        String hash = passwords.hash(wish.newPassword());
        if (!known.stillHolds().getAsBoolean()) { // an administrator came first
            throw new RegistryException(Problem.FORBIDDEN, "the old password is wrong", Map.of("field", OLD));
        }
        accounts.change(caller.name(), Optional.of(hash), Optional.empty(), Optional.empty());
        logins.endAll(Kind.ACCOUNT, caller.name());
        if (SignIn.session(request).isPresent()) {
            cookie.clear(request, response);
        }
        audit.note(What.PASSWORD_CHANGED, request, caller.name(), Map.of());
    }

    /** As at a login, so that guesses are slowed down as they are there. */
    private Optional<Proven> prove(String name, String password, String address) {
        return authenticator.isSecret(password) ? Optional.empty() : authenticator.checkNow(name, password, address);
    }

    private static Wish read(byte[] body) {
        JsonNode json = StrictJson.read(body, "the body", Problem.PARAMETER_INVALID);
        String old = json.path(OLD).asString("");
        String wanted = json.path(NEW).asString("");
        if (old.isEmpty() || wanted.isEmpty()) {
            throw new RegistryException(Problem.PARAMETER_INVALID, "old and new are two texts", Map.of());
        }
        if (!AccessProperties.isPassword(wanted)) {
            throw new RegistryException(Problem.ACCOUNT_INVALID, "a password has 8 to 72 bytes", Map.of("field", NEW));
        }
        return new Wish(old, wanted);
    }
}
