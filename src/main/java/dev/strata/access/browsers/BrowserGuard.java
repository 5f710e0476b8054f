package dev.strata.access.browsers;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Keeps web pages of others from using the browser of someone who reaches this server: without a login, that a request
 * arrives is all that it takes.
 *
 * <p>A page of another site can send simple requests; the browser says where they come from, and those that change
 * something are refused. A page can also have its own name lead to this server's address (DNS rebinding). Then the
 * browser takes both for one site, and nothing gives the page away but the name: so a host that is not ours is refused.
 */
@Component
@Order(BrowserGuard.AFTER_HEADERS)
class BrowserGuard extends OncePerRequestFilter {

    static final int AFTER_HEADERS = -1_000;

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    private final KnownHosts hosts;
    private final HandlerExceptionResolver errors;

    BrowserGuard(KnownHosts hosts, @Qualifier("handlerExceptionResolver") HandlerExceptionResolver errors) {
        this.hosts = hosts;
        this.errors = errors;
    }

    /** The same for a server with other names. */
    BrowserGuard with(KnownHosts others) {
        return new BrowserGuard(others, errors);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!hosts.include(request)) {
            refuse(request, response, new RegistryException(
                    Problem.HOST_UNKNOWN,
                    "this server is not known by that name; strata.http.hosts lists the names that it has",
                    Map.of("host", request.getServerName())));
        } else if (!READING.contains(request.getMethod()) && CrossSite.is(request)) {
            refuse(request, response, new RegistryException(
                    Problem.CROSS_SITE, "a web page of another site may not change anything here", Map.of()));
        } else {
            chain.doFilter(request, response);
        }
    }

    private void refuse(HttpServletRequest request, HttpServletResponse response, RegistryException refusal) {
        errors.resolveException(request, response, null, refusal);
    }
}
