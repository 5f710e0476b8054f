package dev.strata.access.signin;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parameters of a request for a token, from a query or a form. */
record TokenRequest(Map<String, List<String>> parameters) {

    /** Reads {@code application/x-www-form-urlencoded}, in which a plus is a space. */
    static TokenRequest ofForm(String form) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String pair : form.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters
                        .computeIfAbsent(decode(pair.substring(0, equals)), name -> new ArrayList<>())
                        .add(decode(pair.substring(equals + 1)));
            }
        }
        return new TokenRequest(parameters);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new RegistryException(Problem.PARAMETER_INVALID, "the parameters cannot be decoded", Map.of(), e);
        }
    }

    Optional<String> value(String name) {
        return parameters.getOrDefault(name, List.of()).stream().findFirst();
    }

    /** @throws RegistryException with PARAMETER_INVALID */
    String require(String name) {
        return value(name)
                .orElseThrow(() -> new RegistryException(
                        Problem.PARAMETER_INVALID, "the parameter " + name + " is missing", Map.of("parameter", name)));
    }

    AskedScopes scopes() {
        return AskedScopes.of(parameters.getOrDefault("scope", List.of()));
    }

    /** Whether the client wants something to keep in the place of the password. */
    boolean wantsRefreshToken() {
        return value("offline_token").filter("true"::equals).isPresent()
                || value("access_type").filter("offline"::equals).isPresent();
    }
}
