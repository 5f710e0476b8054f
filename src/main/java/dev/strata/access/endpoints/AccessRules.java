package dev.strata.access.endpoints;

import dev.strata.access.PolicyProperties;
import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Callers;
import dev.strata.access.rights.Action;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.RegistryException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.convert.ConversionService;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.resource.ResourceHttpRequestHandler;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/**
 * Holds every request to what its endpoint says that it {@link Needs}, before the endpoint sees it. What says nothing is
 * served to nobody.
 */
@Component
class AccessRules implements HandlerInterceptor {

    /** Where Spring itself answers, as for OPTIONS: it tells nothing of what is stored. */
    private static final String SPRING = "org.springframework.";

    private final Guard guard;
    private final PolicyProperties properties;
    private final ObjectProvider<ConversionService> conversion;
    private final Map<Method, Rule> rules = new ConcurrentHashMap<>();

    AccessRules(Guard guard, PolicyProperties properties, ObjectProvider<ConversionService> mvcConversionService) {
        this.guard = guard;
        this.properties = properties;
        this.conversion = mvcConversionService;
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (Callers.of(request).kind() == Caller.Kind.ANYBODY) {
            return true;
        }
        if (handler instanceof HandlerMethod method) {
            rules.computeIfAbsent(method.getMethod(), this::rule).enforce(request, response);
        } else if (!(handler instanceof ResourceHttpRequestHandler)) { // those are the page's files
            guard.requireAdmin(request, response);
        }
        return true;
    }

    private interface Rule {
        void enforce(HttpServletRequest request, HttpServletResponse response);
    }

    private Rule rule(Method handler) {
        Needs needs = AnnotatedElementUtils.findMergedAnnotation(handler, Needs.class);
        Open open = AnnotatedElementUtils.findMergedAnnotation(handler, Open.class);
        if (needs != null) {
            return needs.value() == Action.ADMIN
                    ? guard::requireAdmin
                    : (request, response) ->
                            guard.require(
                                    needs,
                                    repository(request, needs.repository()),
                                    source(request, needs.source()),
                                    request,
                                    response);
        }
        if (open != null) {
            return switch (open.to()) {
                case EVERYBODY, DECIDED_THERE -> (request, response) -> {};
                case CLIENTS -> guard::requireCredentials;
                case TOTALS -> this::requireTotals;
            };
        }
        if (handler.getDeclaringClass().getName().startsWith(SPRING)) {
            return (request, response) -> {};
        }
        throw new IllegalStateException(handler + " does not say who may ask for it");
    }

    private void requireTotals(HttpServletRequest request, HttpServletResponse response) {
        switch (properties.totals()) {
            case ANYONE -> {}
            case LOGGED_IN -> guard.requireLogin(request, response);
            case ADMIN -> guard.requireAdmin(request, response);
        }
    }

    /** Of the query alone: a body is not read for it. */
    private static Optional<RepositoryName> source(HttpServletRequest request, String parameter) {
        if (parameter.isEmpty() || request.getQueryString() == null) {
            return Optional.empty();
        }
        try {
            return UriComponentsBuilder.newInstance().query(request.getQueryString()).build().getQueryParams()
                    .getOrDefault(parameter, List.of()).stream()
                    .filter(Objects::nonNull)
                    .findFirst()
                    .map(name -> RepositoryName.of(UriUtils.decode(name, StandardCharsets.UTF_8)));
        } catch (RegistryException | IllegalArgumentException e) {
            return Optional.empty(); // it names none
        }
    }

    private RepositoryName repository(HttpServletRequest request, String variable) {
        Map<?, ?> variables = (Map<?, ?>) request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
        Object name = Objects.requireNonNull(variables.get(variable), variable);
        try {
            return Objects.requireNonNull(conversion.getObject().convert(name, RepositoryName.class));
        } catch (ConversionFailedException e) {
            throw e.getCause() instanceof RegistryException invalid ? invalid : e;
        }
    }
}
