package dev.strata.agent.connection;

import dev.strata.agent.AgentException;
import dev.strata.agent.login.Logins;
import java.net.URI;
import java.util.Set;

/**
 * A registry that a command line names.
 *
 * @param uri its scheme, host and port
 * @param name host and port by which logins are kept; {@code docker.io} for Docker's own
 */
public record RegistryAddress(URI uri, String name) {

    /** What serves the API of Docker's own registry. */
    public static final String DOCKER_HUB_HOST = "registry-1.docker.io";

    private static final String DOCKER_HUB = "docker.io";
    private static final Set<String> HOSTS_OF_DOCKER_HUB = Set.of(DOCKER_HUB, "index.docker.io", DOCKER_HUB_HOST);

    /**
     * Reads {@code registry.example}, {@code localhost:5000} or {@code https://registry.example}.
     *
     * @throws AgentException INVALID where it is none, or would be spoken to without TLS and nobody said so
     */
    public static RegistryAddress of(String text, ConnectionOptions options) {
        try {
            boolean saysScheme = text.contains("://");
            URI given = URI.create(saysScheme ? text : "https://" + text);
            Origin origin = Origin.of(given);
            if (given.getUserInfo() != null) {
                throw new AgentException(AgentException.Outcome.INVALID, "an address has no user in it; use strata login");
            }
            if (given.getHost() == null || !given.getPath().matches("/?") || !origin.scheme().matches("https?")) {
                throw new AgentException(AgentException.Outcome.INVALID, text + " is no registry");
            }
            if (HOSTS_OF_DOCKER_HUB.contains(origin.host())) {
                return new RegistryAddress(URI.create("https://" + DOCKER_HUB_HOST), DOCKER_HUB);
            }
            String scheme = saysScheme ? origin.scheme() : options.isPlain(origin) ? "http" : "https";
            if (scheme.equals("http") && !origin.isLoopback() && !options.isPlain(origin)) {
                throw new AgentException(
                        AgentException.Outcome.INVALID,
                        text + " has no TLS, so that passwords can be read on the way; say --plain-http if you mean that");
            }
            return new RegistryAddress(URI.create(scheme + "://" + given.getAuthority()), given.getAuthority());
        } catch (IllegalArgumentException e) {
            throw new AgentException(AgentException.Outcome.INVALID, text + " is no registry", e);
        }
    }

    /** A connection that shows the user's login. */
    public Http open(ConnectionOptions options, Http.Limits limits, Logins logins) {
        return new Http(uri, limits, options.client(), () -> logins.findForTarget(name));
    }
}
