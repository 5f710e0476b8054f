package dev.strata.access.endpoints;

import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Callers;
import dev.strata.problem.RegistryException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Keeps what tells of the registry's inside for administrators, but for its health. No rule reaches these endpoints, since
 * they are no controllers. A management port of its own is not guarded: whoever reaches it is trusted.
 */
@Component
@Order(ActuatorGuard.LAST)
class ActuatorGuard extends OncePerRequestFilter {

    /** The caller is known by then. */
    static final int LAST = 1_000;

    private final Guard guard;
    private final HandlerExceptionResolver errors;
    private final String base;
    private final String belowBase;
    private final String health;
    private final String belowHealth;

    ActuatorGuard(
            Guard guard,
            @Qualifier("handlerExceptionResolver") HandlerExceptionResolver errors,
            WebEndpointProperties endpoints) {
        this.guard = guard;
        this.errors = errors;
        this.base = endpoints.getBasePath();
        this.belowBase = base + "/";
        this.health = base + "/health";
        this.belowHealth = health + "/";
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (Callers.of(request).kind() != Caller.Kind.ANYBODY && isOfTheInside(request.getServletPath())) {
            try {
                guard.requireAdmin(request, response);
            } catch (RegistryException refusal) {
                errors.resolveException(request, response, null, refusal);
                return;
            }
        }
        chain.doFilter(request, response);
    }

    /** @param path as the endpoints' are matched: decoded, and without parameters of a segment */
    private boolean isOfTheInside(String path) {
        boolean isHealth = path.equals(health) || path.startsWith(belowHealth);
        return !isHealth && (path.equals(base) || path.startsWith(belowBase));
    }
}
