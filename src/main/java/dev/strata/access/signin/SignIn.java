package dev.strata.access.signin;

import dev.strata.access.callers.Caller.Kind;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Callers;
import dev.strata.access.endpoints.Challenge;
import dev.strata.access.callers.Proven;
import dev.strata.access.tokens.Tokens;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Notes who sends a request: by a token (RFC 6750), by a name and a password (RFC 7617), or by a client certificate.
 * Whoever shows nothing is anonymous; whoever shows something that is not good gets no further.
 */
class SignIn extends OncePerRequestFilter {

    private static final String PROVEN = SignIn.class.getName();
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";
    private static final String BASIC = "Basic ";
    private static final String BEARER = "Bearer ";
    private static final int LONGEST = 24 * 1024;

    private final Authenticator authenticator;
    private final Tokens tokens;
    private final Challenge challenge;
    private final HandlerExceptionResolver errors;

    SignIn(Authenticator authenticator, Tokens tokens, Challenge challenge, HandlerExceptionResolver errors) {
        this.authenticator = authenticator;
        this.tokens = tokens;
        this.challenge = challenge;
        this.errors = errors;
    }

    /** What the sender of a request showed; absent where that was nothing, or a token of ours. */
    static Optional<Proven> proven(HttpServletRequest request) {
        return request.getAttribute(PROVEN) instanceof Proven proven ? Optional.of(proven) : Optional.empty();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            Callers.note(request, caller(request, response));
        } catch (RegistryException refusal) {
            errors.resolveException(request, response, null, refusal);
            return;
        }
        chain.doFilter(request, response);
    }

    private Caller caller(HttpServletRequest request, HttpServletResponse response) {
        String shown = request.getHeader("Authorization");
        if (shown == null || shown.isBlank()) {
            return certificate(request).orElse(Caller.ANONYMOUS);
        }
        if (shown.length() > LONGEST) {
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
