package dev.strata.access.signin;

import dev.strata.access.callers.Caller.Kind;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Callers;
import dev.strata.access.endpoints.Challenge;
import dev.strata.access.browsers.CrossSite;
import dev.strata.access.callers.Proven;
import dev.strata.access.sessions.Session;
import dev.strata.access.sessions.SessionCookie;
import dev.strata.access.sessions.Sessions;
import dev.strata.access.tokens.Tokens;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Enumeration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.dao.DataAccessException;
import org.springframework.security.web.firewall.FirewalledRequest;
import org.springframework.transaction.TransactionException;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Notes who sends a request: by a token (RFC 6750), by a name and a password (RFC 7617), by a session of the page, or by a
 * client certificate. Whoever shows nothing is anonymous; whoever shows something that is not good gets no further, but for
 * a session, which ends by itself.
 */
class SignIn implements Filter {

    private static final String PROVEN = SignIn.class.getName();
    private static final String SESSION = Session.class.getName();
    /** Where a browser's session counts. Registry clients have none, and nothing that they do is to depend on one. */
    private static final String OF_THE_PAGE = "/api/";

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";
    private static final String BASIC = "Basic ";
    private static final String BEARER = "Bearer ";
    private static final int LONGEST = 24 * 1024;

    private final Authenticator authenticator;
    private final Sessions sessions;
    private final SessionCookie cookie;
    private final Tokens tokens;
    private final Challenge challenge;
    private final HandlerExceptionResolver errors;

    SignIn(
            Authenticator authenticator,
            Sessions sessions,
            SessionCookie cookie,
            Tokens tokens,
            Challenge challenge,
            HandlerExceptionResolver errors) {
        this.authenticator = authenticator;
        this.sessions = sessions;
        this.cookie = cookie;
        this.tokens = tokens;
        this.challenge = challenge;
        this.errors = errors;
    }

    /** What the sender of a request showed; absent where that was nothing, or a token of ours. */
    static Optional<Proven> proven(HttpServletRequest request) {
        return request.getAttribute(PROVEN) instanceof Proven proven ? Optional.of(proven) : Optional.empty();
    }

    /** The session by which the sender of a request is known; absent where it is by something else. */
    static Optional<Session> session(HttpServletRequest request) {
        return request.getAttribute(SESSION) instanceof Session session ? Optional.of(session) : Optional.empty();
    }

    @Override
    public void doFilter(ServletRequest judged, ServletResponse answer, FilterChain chain)
            throws ServletException, IOException {
        FirewalledRequest request = (FirewalledRequest) judged;
        HttpServletResponse response = (HttpServletResponse) answer;
        try {
            Callers.note(request, caller(request, response));
        } catch (RegistryException refusal) {
            errors.resolveException(request, response, null, refusal);
            return;
        } catch (DataAccessException | TransactionException outage) {
            errors.resolveException(request, response, null, outage);
            return;
        }
        // The firewall has judged the path, and judges nothing else. Whatever comes now would ask through one more layer.
        chain.doFilter(request.getRequest(), response);
    }

    private Caller caller(HttpServletRequest request, HttpServletResponse response) {
        String shown = request.getHeader("Authorization");
        if (shown == null || shown.isBlank()) {
            return bySession(request).or(() -> certificate(request)).orElse(Caller.ANONYMOUS);
        }
        if (shown.length() > LONGEST || isTwofold(request)) {
            throw refused(request, response, "");
        }
        if (shown.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return basic(shown.substring(BASIC.length()).strip(), request, response);
        }
        if (shown.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            String token = shown.substring(BEARER.length()).strip();
            return tokens.verify(token).orElseGet(() -> secret(token, request, response));
        }
        throw refused(request, response, "");
    }

    /** Of two, a proxy may have judged the other one. */
    private static boolean isTwofold(HttpServletRequest request) {
        Enumeration<String> all = request.getHeaders("Authorization");
        all.nextElement();
        return all.hasMoreElements();
    }

    /**
     * A robot's secret, or an issuer's token, in the place of a token of ours. One of ours that is over is no guess: it
     * slows nobody down, however many requests of a push show it at once.
     */
    private Caller secret(String text, HttpServletRequest request, HttpServletResponse response) {
        if (!authenticator.isSecret(text) || Tokens.isOwn(text)) {
            throw refused(request, response, "invalid_token");
        }
        return check("", text, request, response, "invalid_token");
    }

    private Caller basic(String encoded, HttpServletRequest request, HttpServletResponse response) {
        String decoded;
        try {
            decoded = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw refused(request, response, "");
        }
        int colon = decoded.indexOf(':');
        if (colon < 0) {
            throw refused(request, response, "");
        }
        String name = decoded.substring(0, colon);
        String password = decoded.substring(colon + 1);
        if (name.isEmpty() && password.isEmpty()) {
            return Caller.ANONYMOUS; // as podman says it
        }
        return check(name, password, request, response, "");
    }

    private Caller check(
            String name, String secret, HttpServletRequest request, HttpServletResponse response, String error) {
        Proven proven = authenticator
                .check(name, secret, request.getRemoteAddr())
                .orElseThrow(() -> refused(request, response, error));
        request.setAttribute(PROVEN, proven);
        return proven.caller();
    }

    /** A browser shows its session without being asked, so a change must come from the page beyond doubt. */
    private Optional<Caller> bySession(HttpServletRequest request) {
        if (!request.getServletPath().startsWith(OF_THE_PAGE)) {
            return Optional.empty();
        }
        Optional<Session> session = cookie.read(request).flatMap(sessions::find);
        if (session.isEmpty()) {
            return Optional.empty();
        }
        if (!READING.contains(request.getMethod()) && !CrossSite.isOwn(request)) {
            throw new RegistryException(
                    Problem.CROSS_SITE, "a session changes something only for the page of this server", Map.of());
        }
        request.setAttribute(SESSION, session.get());
        return session.map(Session::caller);
    }

    private static Optional<Caller> certificate(HttpServletRequest request) {
        return request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain && chain.length > 0
                ? Optional.of(Caller.of(Kind.CERTIFICATE, chain[0].getSubjectX500Principal().getName()))
                : Optional.empty();
    }

    private RegistryException refused(HttpServletRequest request, HttpServletResponse response, String error) {
        response.setHeader("WWW-Authenticate", challenge.header(request, "", error));
        return new RegistryException(
                Problem.UNAUTHENTICATED,
                error.isEmpty() ? "the name or the password is wrong" : "the token is not good, or it is over",
                Map.of());
    }
}
