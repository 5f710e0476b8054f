package dev.strata.agent.connection;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a registry wants to be shown: a token (Docker's token authentication specification), or a name and a password (RFC 7617).
 *
 * @param parameters of the token's, by their names in lower case
 */
record AuthenticationChallenge(boolean isBearer, Map<String, String> parameters) {

    private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    /** The one that is answered: for a token where there is one. */
    static Optional<AuthenticationChallenge> of(List<String> headers) {
        return find("bearer ", headers).or(() -> find("basic", headers));
    }

    private static Optional<AuthenticationChallenge> find(String scheme, List<String> headers) {
        return headers.stream()
                .filter(header -> header.toLowerCase(Locale.ROOT).startsWith(scheme))
                .findFirst()
                .map(header -> new AuthenticationChallenge(scheme.startsWith("bearer"), read(header)));
    }

    private static Map<String, String> read(String header) {
        Map<String, String> parameters = new TreeMap<>();
        Matcher parameter = PARAMETER.matcher(header);
        while (parameter.find()) {
            parameters.put(parameter.group(1).toLowerCase(Locale.ROOT), parameter.group(2));
        }
        return parameters;
    }

    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }
}
