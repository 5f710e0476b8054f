package dev.strata.access.audit;

import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Callers;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/** Notes what succeeded of what is to be audited. */
@Component
class AuditedEndpoints implements HandlerInterceptor {

    private static final String PREFIX = "/v2/";

    private final Audit audit;
    private final Map<Method, Optional<Audited>> endpoints = new ConcurrentHashMap<>();

    AuditedEndpoints(Audit audit) {
        this.audit = audit;
    }

    @Override
    public void afterCompletion(
            HttpServletRequest request, HttpServletResponse response, Object handler, @Nullable Exception failure) {
        if (Callers.of(request).kind() == Caller.Kind.ANYBODY
                || !(handler instanceof HandlerMethod method)
                || response.getStatus() >= HttpServletResponse.SC_MULTIPLE_CHOICES) {
            return;
        }
        endpoints
                .computeIfAbsent(method.getMethod(), endpoint -> Optional.ofNullable(
                        AnnotatedElementUtils.findMergedAnnotation(endpoint, Audited.class)))
                .ifPresent(audited -> audit.note(
                        audited.value(), request, repository(request), detail(audited, request, response)));
    }

    private static String repository(HttpServletRequest request) {
        String name = variable(request, "name");
        return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    }

    private static Map<String, String> detail(
            Audited audited, HttpServletRequest request, HttpServletResponse response) {
        Map<String, String> detail = new HashMap<>();
        String target = variable(request, audited.target());
        if (!target.isEmpty()) {
            detail.put(audited.target(), target);
        }
        String digest = response.getHeader("Docker-Content-Digest");
        if (digest != null) {
            detail.put("digest", digest);
        }
        return detail;
    }

    private static String variable(HttpServletRequest request, String name) {
        Map<?, ?> variables = (Map<?, ?>) request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
        Object value = variables == null ? null : variables.get(name);
        return value == null ? "" : value.toString();
    }
}
