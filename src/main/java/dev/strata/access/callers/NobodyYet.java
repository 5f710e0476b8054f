package dev.strata.access.callers;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Takes everybody for nobody until they show who they are, where a file says who may do what: its grants hold also on a
 * registry on which nobody can log in.
 */
@Component
@Conditional(NobodyYet.HasPolicy.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
class NobodyYet extends OncePerRequestFilter {

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Callers.note(request, Caller.ANONYMOUS);
        chain.doFilter(request, response);
    }

    /** Whatever the file is called: Spring Boot's own condition takes one that is called "false" for none. */
    static final class HasPolicy implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return context.getEnvironment().containsProperty("strata.access.policy");
        }
    }
}
