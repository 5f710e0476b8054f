package dev.strata.access.browsers;

import dev.strata.access.AccessProperties;
import dev.strata.web.connector.HttpProperties;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * The names by which this server may be addressed.
 *
 * <p>Those of this machine and those in {@code strata.http.hosts} always are known. Beyond them it depends on who can
 * reach the server:
 *
 * <ul>
 *   <li>Bound to this machine: a proxy on it may pass on the name that clients use, if it says that it is a proxy. A page
 *       under DNS rebinding could say so too, but cannot hide that a browser sends its requests; so a browser behind a
 *       proxy needs the name in {@code strata.http.hosts}.
 *   <li>With a login, or with {@code strata.access.anonymous}: whatever is no browser may use any name. A browser may use
 *       an address or a name without a dot, to which nobody outside can have it led.
 * </ul>
 */
@Component
class KnownHosts {

    private static final List<String> OF_PROXIES =
            List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port");

    private final Set<String> names;
    private final boolean isOpen;

    @Autowired
    KnownHosts(HttpProperties http, AccessProperties access, Environment environment) {
        this(
                http.hosts().stream().map(KnownHosts::plain).collect(Collectors.toUnmodifiableSet()),
                access.anonymous() || access.hasLogin(environment));
    }

    private KnownHosts(Set<String> names, boolean isOpen) {
        this.names = names;
        this.isOpen = isOpen;
    }

    /** The same where other machines may reach the server. */
    KnownHosts opened() {
        return new KnownHosts(names, true);
    }

    boolean include(HttpServletRequest request) {
        String header = request.getHeader("Host");
        if (header == null || header.isBlank()) {
            return true; // HTTP/1.0, or an address without a name: no browser sends that
        }
        String host = plain(request.getServerName());
        if (isOfThisMachine(host) || names.contains(host)) {
            return true;
        }
        boolean isBrowser = Browsers.sent(request);
        if (isOpen) {
            return !isBrowser || !host.contains(".") || address(host).isPresent();
        }
        return !isBrowser && isPassedOn(request);
    }

    /** Says whether a proxy passed the request on under the name that the client used. */
    private static boolean isPassedOn(HttpServletRequest request) {
        String forwarded = request.getHeader("X-Forwarded-Host");
        boolean isSame = forwarded == null
                || Stream.of(forwarded.split(","))
                        .anyMatch(name -> plain(withoutPort(name.strip())).equals(plain(request.getServerName())));
        return isSame && OF_PROXIES.stream().anyMatch(name -> request.getHeader(name) != null);
    }

    private static boolean isOfThisMachine(String host) {
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || address(host).filter(address -> address.isLoopbackAddress() || address.isAnyLocalAddress())
                        .isPresent();
    }

    private static Optional<InetAddress> address(String host) {
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // a name
        }
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }

    /** As names are compared: without case, a last dot, and the brackets of an address. */
    private static String plain(String host) {
        String plain = host.toLowerCase(Locale.ROOT);
        if (plain.startsWith("[") && plain.endsWith("]")) {
            return plain.substring(1, plain.length() - 1);
        }
        return plain.endsWith(".") ? plain.substring(0, plain.length() - 1) : plain;
    }
}
