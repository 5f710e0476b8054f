package dev.strata.access.signin;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.security.web.firewall.FirewalledRequest;
import org.springframework.security.web.firewall.StrictHttpFirewall;

/**
 * Spring Security's firewall, of paths only: methods, hosts and parameters are judged where they are read, as on a registry
 * without logins.
 *
 * <p>That firewall looks for some fifty texts in each path. A path in which none of them can be is let through at a glance:
 * one of letters, digits and a few other characters, in which neither a slash nor a dot follows a slash. Nearly all are so.
 */
final class PathFirewall extends StrictHttpFirewall {

    private static final String PLAIN = "._-:@~+=";

    PathFirewall() {
        setUnsafeAllowAnyHttpMethod(true);
        setAllowedHeaderNames(name -> true);
        setAllowedHeaderValues(value -> true);
        setAllowedParameterNames(name -> true);
        setAllowedParameterValues(value -> true);
    }

    @Override
    public FirewalledRequest getFirewalledRequest(HttpServletRequest request) {
        String path = request.getServletPath();
        boolean isWhole = path.equals(request.getRequestURI()) && request.getPathInfo() == null;
        return isWhole && isPlain(path) ? new PlainRequest(request) : super.getFirewalledRequest(request);
    }

    private static boolean isPlain(String path) {
        if (!path.startsWith("/")) {
            return false;
        }
        boolean afterSlash = true;
        for (int i = 1; i < path.length(); i++) {
            char c = path.charAt(i);
            if (afterSlash && (c == '/' || c == '.')) {
                return false;
            }
            afterSlash = c == '/';
            if (!afterSlash && !isPlain(c)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(char c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || PLAIN.indexOf(c) >= 0;
    }

    /** Nothing about it is to be judged any more. */
    private static final class PlainRequest extends FirewalledRequest {

        PlainRequest(HttpServletRequest request) {
            super(request);
        }

        @Override
        public void reset() {}
    }
}
