package dev.strata.access.endpoints;

import jakarta.servlet.http.HttpServletRequest;

/** Tells clients how to show who they are: RFC 9110, section 11.6.1; RFC 6750, section 3. */
public interface Challenge {

    /**
     * The value of {@code WWW-Authenticate}.
     *
     * @param scope what a token has to carry, such as {@code repository:team/web:pull}; empty where that is open
     * @param error why a token that was shown is not enough, such as {@code insufficient_scope}; empty where none was
     */
    String header(HttpServletRequest request, String scope, String error);
}
