package dev.strata.agent.connection;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

/** One server: a scheme, a host and a port, however an address writes them. */
public record Origin(String scheme, String host, int port) {

    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\.\\d+\\.\\d+\\.\\d+|\\[::1\\]");

    public static Origin of(URI address) {
        String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        int usual = scheme.equals("https") ? HTTPS : HTTP;
        return new Origin(
                scheme,
                String.valueOf(address.getHost()).toLowerCase(Locale.ROOT),
                address.getPort() < 0 ? usual : address.getPort());
    }

    public boolean isLoopback() {
        return LOOPBACK.matcher(host).matches();
    }

    /** Whether what was meant for this one may be said to another one: nobody between reads it who does not read it here. */
    boolean maySendTo(Origin other) {
        return other.scheme.equals("https") || other.equals(this) || isLoopback() && other.isLoopback();
    }
}
