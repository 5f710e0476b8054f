package dev.strata.web;

import dev.strata.web.connector.HttpProperties.LocationStyle;
import dev.strata.web.connector.HttpProperties;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Writes the headers that lead clients on: Location, Link and Warning. */
@Component
public class Links {

    /** The specification allows 4096 bytes over all warnings of an answer. */
    private static final int LONGEST_WARNING = 4_000;

    private static final Pattern SCHEME = Pattern.compile("https?", Pattern.CASE_INSENSITIVE);
    private static final String PORT =
            "(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";
    private static final Pattern HOST = Pattern.compile(
            "(?:[A-Za-z0-9._~!$&'()*+;=%-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}])(?::" + PORT + ")?");
    /** Proxies name the port that they listen on, though nobody wrote it; and some the one before their own TLS. */
    private static final Pattern OTHER_PORT = Pattern.compile("(?!(?:80|443)$)" + PORT);
    private static final Pattern ON = Pattern.compile("on", Pattern.CASE_INSENSITIVE);

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
        response.setHeader("Location", style == LocationStyle.ABSOLUTE ? absolute(request, path) : path);
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

    /** A path on this server as a client opens it. */
    public String absolute(HttpServletRequest request, String path) {
        return origin(request) + path;
    }

    /**
     * What the client addressed, as far as the proxies before this server told it; they are trusted in that. Spring's
     * ForwardedHeaderFilter would do nearly the same, but it reads hosts by {@code java.net.URI}, which knows none with
     * an underscore, and it follows X-Forwarded-Prefix, where a registry always is at the root.
     */
    private static String origin(HttpServletRequest request) {
        String scheme = forwarded(request, "proto", "X-Forwarded-Proto", SCHEME)
                .or(() -> first(request.getHeader("X-Forwarded-Ssl"), ON).map(on -> "https"))
                .orElse(request.getScheme())
                .toLowerCase(Locale.ROOT);
        String host = addressed(request);
        if (host.isEmpty()) {
            return ""; // the client named none
        }
        String withPort = hasPort(host)
                ? host
                : host + first(request.getHeader("X-Forwarded-Port"), OTHER_PORT).map(port -> ":" + port).orElse("");
        String defaultPort = scheme.equals("https") ? ":443" : ":80";
        return scheme + "://"
                + (withPort.endsWith(defaultPort) && hasPort(withPort)
                        ? withPort.substring(0, withPort.length() - defaultPort.length())
                        : withPort);
    }

    /** The host and port that the client addressed, as the proxies before this server tell it. */
    public static String addressed(HttpServletRequest request) {
        return forwarded(request, "host", "X-Forwarded-Host", HOST)
                .or(() -> first(request.getHeader("Host"), HOST))
                .orElse(request.getServerName());
    }

    private static boolean hasPort(String host) {
        return host.lastIndexOf(':') > host.lastIndexOf(']');
    }

    /** RFC 7239, section 4, and the headers from before it. What cannot be read is as good as absent. */
    private static Optional<String> forwarded(
            HttpServletRequest request, String parameter, String otherHeader, Pattern grammar) {
        String header = request.getHeader("Forwarded");
        Optional<String> value =
                header == null ? Optional.empty() : ForwardedElement.parameter(header, parameter);
        if (value.isPresent()) {
            return first(value.get(), grammar);
        }
        return first(request.getHeader(otherHeader), grammar);
    }

    private static Optional<String> first(@Nullable String values, Pattern grammar) {
        return Optional.ofNullable(values)
                .map(list -> list.split(",", 2)[0].strip())
                .filter(value -> grammar.matcher(value).matches());
    }
}
