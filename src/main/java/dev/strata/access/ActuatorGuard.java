package dev.strata.access;

import dev.strata.oci.RegistryException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.beans.factory.annotation.Qualifier;
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

    private static final String ACTUATOR = "/actuator";
    private static final String HEALTH = ACTUATOR + "/health";

    private final Guard guard;
    private final HandlerExceptionResolver errors;

    ActuatorGuard(Guard guard, @Qualifier("handlerExceptionResolver") HandlerExceptionResolver errors) {
        this.guard = guard;
        this.errors = errors;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (Callers.of(request).kind() != Caller.Kind.ANYBODY && isOfTheInside(path(request))) {
            try {
                guard.requireAdmin(request, response);
            } catch (RegistryException refusal) {
                errors.resolveException(request, response, null, refusal);
                return;
            }
        }
        chain.doFilter(request, response);
    }

    /** As the endpoints' paths are matched: decoded, without parameters of a segment. */
    private static String path(HttpServletRequest request) {
        return request.getServletPath();
    }

    private static boolean isOfTheInside(String path) {
        boolean isHealth = path.equals(HEALTH) || path.startsWith(HEALTH + "/");
        return !isHealth && (path.equals(ACTUATOR) || path.startsWith(ACTUATOR + "/"));
    }
}
