package dev.strata.access.signin;

import dev.strata.access.endpoints.Challenge;
import dev.strata.web.Links;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Leads to the tokens, on the host by which the client came: some clients go to no other. There is one challenge only:
 * some read just the first, others fail on two.
 */
final class BearerChallenge implements Challenge {

    static final String TOKENS = "/auth/token";
    private static final String SERVICE = "strata";

    private final Links links;

    BearerChallenge(Links links) {
        this.links = links;
    }

    @Override
    public String header(HttpServletRequest request, String scope, String error) {
        return "Bearer realm=\"" + links.absolute(request, TOKENS) + "\",service=\"" + SERVICE + "\""
                + parameter("scope", scope) + parameter("error", error);
    }

    private static String parameter(String name, String value) {
        return value.isEmpty() ? "" : "," + name + "=\"" + value + "\"";
    }
}
