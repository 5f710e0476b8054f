package dev.strata.access.sessions;

import dev.strata.web.Links;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Component;

/**
 * The cookie by which a browser shows its session: RFC 6265bis. No script reads it, and no other site's page has it sent
 * along, but for a link that leads here, as an issuer's answer does. Over TLS its name says that no other host and no plain
 * connection set it.
 */
@Component
public final class SessionCookie {

    private static final String NAME = "strata-session";
    private static final String ATTEMPT = "strata-login";
    private static final String SECURE = "__Host-";

    private final Links links;

    SessionCookie(Links links) {
        this.links = links;
    }

    /** What the browser shows; absent where that is nothing. */
    public Optional<String> read(HttpServletRequest request) {
        return read(request, name(request, NAME));
    }

    private static Optional<String> read(HttpServletRequest request, String name) {
        Cookie[] cookies = request.getCookies();
        if (cookies != null) {
            for (Cookie cookie : cookies) {
                if (cookie.getName().equals(name)) {
                    return Optional.of(cookie.getValue());
                }
            }
        }
        return Optional.empty();
    }

    /** Has the browser show a session from now on. */
    public void write(HttpServletRequest request, HttpServletResponse response, String value, Duration age) {
        write(request, response, NAME, value, age);
    }

    private void write(
            HttpServletRequest request, HttpServletResponse response, String name, String value, Duration age) {
        ResponseCookie cookie = ResponseCookie.from(name(request, name), value)
                .path("/")
                .httpOnly(true)
                .secure(isSecure(request))
                .sameSite("Lax")
                .maxAge(age)
                .build();
        response.addHeader(HttpHeaders.SET_COOKIE, cookie.toString());
    }

    /** Has the browser forget it. */
    public void clear(HttpServletRequest request, HttpServletResponse response) {
        write(request, response, "", Duration.ZERO);
    }

    /** What the browser keeps of a login that it began at an issuer. */
    public Optional<String> readAttempt(HttpServletRequest request) {
        return read(request, name(request, ATTEMPT));
    }

    /** Has the browser keep it, until it comes back from the issuer. */
    public void writeAttempt(HttpServletRequest request, HttpServletResponse response, String value, Duration age) {
        write(request, response, ATTEMPT, value, age);
    }

    /** Has the browser forget it. */
    public void clearAttempt(HttpServletRequest request, HttpServletResponse response) {
        write(request, response, ATTEMPT, "", Duration.ZERO);
    }

    private String name(HttpServletRequest request, String name) {
        return isSecure(request) ? SECURE + name : name;
    }

    /** As far as the server, or the proxy before it, says. */
    private boolean isSecure(HttpServletRequest request) {
        return links.absolute(request, "").startsWith("https:");
    }
}
