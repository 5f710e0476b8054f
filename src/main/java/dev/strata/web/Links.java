package dev.strata.web;

import dev.strata.web.HttpProperties.LocationStyle;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.util.ForwardedHeaderUtils;
import org.springframework.web.util.UriComponents;

/** Writes the headers that lead clients on: Location, Link and Warning. */
@Component
public class Links {

    /** The specification allows 4096 bytes over all warnings of an answer. */
    private static final int LONGEST_WARNING = 4_000;

    private final LocationStyle style;

    Links(HttpProperties properties) {
        this.style = properties.location();
    }

    /**
     * Sets the Location header.
     *
     * @param path an absolute path on this server
     */
    public void setLocation(HttpServletRequest request, HttpServletResponse response, String path) {
        response.setHeader("Location", style == LocationStyle.ABSOLUTE ? origin(request) + path : path);
    }

    /**
     * Sets the Link header to a list's next page: OCI Distribution Specification, "Listing Tags".
     *
     * @param target an absolute path on this server with its query, encoded
     */
    public void setNext(HttpServletResponse response, String target) {
        response.setHeader("Link", "<" + target + ">; rel=\"next\"");
    }

    /** Warns of what went through and may not be meant so: OCI Distribution Specification, "Warnings". */
    public void setWarning(HttpServletResponse response, String text) {
        String cut = text.length() <= LONGEST_WARNING ? text : text.substring(0, LONGEST_WARNING) + "...";
        response.setHeader("Warning", "299 - \"" + cut.replace('"', '\'') + "\"");
    }

    private static String origin(HttpServletRequest request) {
        if (request.getHeader("Forwarded") == null && request.getHeader("X-Forwarded-Proto") == null
                && request.getHeader("X-Forwarded-Host") == null) {
            String host = request.getHeader("Host");
            return request.getScheme() + "://" + (host != null ? host : request.getServerName() + ":" + request.getServerPort());
        }
        ServletServerHttpRequest message = new ServletServerHttpRequest(request);
        UriComponents uri = ForwardedHeaderUtils.adaptFromForwardedHeaders(message.getURI(), message.getHeaders())
                .build();
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return uri.getScheme() + "://" + uri.getHost() + port;
    }
}
