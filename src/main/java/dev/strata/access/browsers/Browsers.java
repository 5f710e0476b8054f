package dev.strata.access.browsers;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;

/** Tells browsers from all others by what they cannot hide. */
final class Browsers {

    /** Browsers send the first with each request, and no page can leave it out; registry clients send none of them. */
    private static final List<String> HEADERS = List.of("Accept-Language", "Origin", "Sec-Fetch-Site", "Referer");

    private Browsers() {}

    /** Says whether a browser sent the request. */
    static boolean sent(HttpServletRequest request) {
        String agent = request.getHeader("User-Agent");
        return agent != null && agent.startsWith("Mozilla/")
                || HEADERS.stream().anyMatch(name -> request.getHeader(name) != null);
    }
}
