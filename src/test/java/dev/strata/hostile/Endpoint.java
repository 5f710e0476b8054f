package dev.strata.hostile;

import dev.strata.Strata;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.stereotype.Controller;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * What the application answers, as its controllers declare it: an endpoint that is added is in the list.
 *
 * @param pattern its path, with variables as {@code {name}} and {@code {*name}}
 * @param parameters names of the query's parameters that it declares
 * @param headers names of the headers that it declares
 */
record Endpoint(String method, String pattern, List<String> parameters, List<String> headers) {

    /** Served, but by no controller of ours. */
    private static final List<String> OTHERS = List.of(
            "/actuator", "/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness",
            "/actuator/prometheus", "/style/page.css", "/savings/style/page.css", "/favicon.ico", "/nothing/here");

    static List<Endpoint> all() {
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(Controller.class));
        Stream<Endpoint> own = scanner.findCandidateComponents("dev.strata").stream()
                .map(found -> ClassUtils.resolveClassName(found.getBeanClassName(), Endpoint.class.getClassLoader()))
                .filter(Endpoint::isOfTheApplication)
                .flatMap(controller -> Arrays.stream(controller.getDeclaredMethods())
                        .flatMap(method -> of(controller, method)));
        return Stream.concat(own, OTHERS.stream().map(path -> new Endpoint("GET", path, List.of(), List.of())))
                // The order must not depend on the class loader, or a seed would not repeat a run.
                .sorted(Comparator.comparing(Endpoint::pattern).thenComparing(Endpoint::method))
                .toList();
    }

    /** And not a test's. */
    private static boolean isOfTheApplication(Class<?> controller) {
        URL there = Strata.class.getProtectionDomain().getCodeSource().getLocation();
        return controller.getProtectionDomain().getCodeSource().getLocation().equals(there);
    }

    private static Stream<Endpoint> of(Class<?> controller, Method handler) {
        RequestMapping mapping = AnnotatedElementUtils.findMergedAnnotation(handler, RequestMapping.class);
        if (mapping == null) {
            return Stream.empty();
        }
        RequestMapping above = AnnotatedElementUtils.findMergedAnnotation(controller, RequestMapping.class);
        List<Endpoint> endpoints = new ArrayList<>();
        for (String prefix : above == null ? new String[] {""} : above.path()) {
            for (String path : mapping.path().length == 0 ? new String[] {""} : mapping.path()) {
                for (var method : mapping.method()) {
                    endpoints.add(new Endpoint(method.name(), prefix + path, parameters(handler), headers(handler)));
                }
            }
        }
        return endpoints.stream();
    }

    private static List<String> parameters(Method handler) {
        return names(handler, parameter -> Optional.ofNullable(parameter.getAnnotation(RequestParam.class))
                .map(RequestParam::value));
    }

    private static List<String> headers(Method handler) {
        return names(handler, parameter -> Optional.ofNullable(parameter.getAnnotation(RequestHeader.class))
                .map(RequestHeader::value));
    }

    private interface Naming {
        /** Empty where a parameter is no such, blank where it goes by its own name. */
        Optional<String> of(Parameter parameter);
    }

    private static List<String> names(Method handler, Naming naming) {
        return Arrays.stream(handler.getParameters())
                .flatMap(parameter ->
                        naming.of(parameter).map(name -> name.isBlank() ? parameter.getName() : name).stream())
                .distinct()
                .toList();
    }

    /** Whether a body is sent to it, unless somebody is up to something. */
    boolean takesBody() {
        return !method.equals("GET") && !method.equals("HEAD") && !method.equals("DELETE");
    }
}
