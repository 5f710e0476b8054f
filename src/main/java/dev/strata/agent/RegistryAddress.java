package dev.strata.agent;

import dev.strata.agent.login.Logins;
import java.net.URI;

/**
 * A registry that a command line names.
 *
 * @param uri its scheme, host and port
 */
record RegistryAddress(URI uri) {

    /**
     * Reads {@code registry.example}, {@code localhost:5000} or {@code https://registry.example}.
     *
     * @throws AgentException INVALID where it is none, or would be spoken to without TLS and nobody said so
     */
    static RegistryAddress of(String text, ConnectionOptions options) {
        try {
            boolean saysScheme = text.contains("://");
            URI given = URI.create(saysScheme ? text : "https://" + text);
            Origin origin = Origin.of(given);
            if (given.getHost() == null || !given.getPath().matches("/?") || !origin.scheme().matches("https?")) {
                throw new AgentException(AgentException.Outcome.INVALID, text + " is no registry");
            }
            if (!saysScheme) {
                return new RegistryAddress(
                        URI.create((options.isPlain(origin) ? "http://" : "https://") + given.getAuthority()));
            }
            if (origin.scheme().equals("http") && !origin.isLoopback() && !options.isPlain(origin)) {
                throw new AgentException(
                        AgentException.Outcome.INVALID,
                        text + " has no TLS, so that passwords can be read on the way; say --plain-http if you mean that");
            }
            return new RegistryAddress(URI.create(origin.scheme() + "://" + given.getAuthority()));
        } catch (IllegalArgumentException e) {
            throw new AgentException(AgentException.Outcome.INVALID, text + " is no registry", e);
        }
    }

    /** Host and port, by which logins are kept. */
    String name() {
        return uri.getAuthority();
    }

    /** A connection that shows the user's login. */
    Http open(ConnectionOptions options, Http.Limits limits, Logins logins) {
        return new Http(uri, limits, options.client(), () -> logins.findForTarget(name()));
    }
}
