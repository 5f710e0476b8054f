package dev.strata.access.browsers;

import dev.strata.web.Links;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;

/** Tells whether a web page of another site had a browser send a request. */
public final class CrossSite {

    /** What a browser says of a request that its own page or its user made. */
    private static final Set<String> OWN = Set.of("same-origin", "none");

    private CrossSite() {}

    /** Says so for all that a browser marks; what is no browser marks nothing. */
    public static boolean is(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site"); // no page can set it
        if (site != null) {
            return !OWN.contains(site);
        }
        String origin = request.getHeader("Origin"); // all that a browser says over plain HTTP to another machine
        return origin != null && !isAt(origin, Links.addressed(request));
    }

    /**
     * Says so also where a browser does not say whose page it was: over plain HTTP to another machine it says nothing of a
     * picture.
     */
    public static boolean mayBe(HttpServletRequest request) {
        boolean isOwn = request.getHeader("Sec-Fetch-Site") != null || request.getHeader("Origin") != null;
        return is(request) || !isOwn && Browsers.sent(request);
    }

    /**
     * Says whether it is certain that a page of this server, and no other, sent the request. Where a browser shows who its
     * user is by itself, nothing less will do for a change.
     */
    public static boolean isOwn(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return site.equals("same-origin");
        }
        String origin = request.getHeader("Origin");
        return origin != null && isAt(origin, Links.addressed(request));
    }

    /** Compares without the scheme: a proxy that ends TLS does not always say so. */
    private static boolean isAt(String origin, String host) {
        return origin.equalsIgnoreCase("http://" + host)
                || origin.equalsIgnoreCase("https://" + host)
                || (origin + ":80").equalsIgnoreCase("http://" + host)
                || (origin + ":443").equalsIgnoreCase("https://" + host);
    }
}
