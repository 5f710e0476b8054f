package dev.strata.agent;

import dev.strata.agent.login.Logins;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The registries that a command speaks to. Only the one that it is about is spoken to as its options say. */
final class Connections {

    private final ImageName target;
    private final ConnectionOptions options;
    private final Http.Limits limits;
    private final Logins logins;
    private final HttpClient client;
    private final Map<String, Http> open = new ConcurrentHashMap<>();

    /**
     * @param target what the command is about
     * @param limits what is put up with
     */
    Connections(ImageName target, ConnectionOptions options, Http.Limits limits, Logins logins) {
        this.target = target;
        this.options = options;
        this.limits = limits;
        this.logins = logins;
        this.client = options.client();
    }

    /** A connection to the registry of an image. */
    Http to(ImageName name) {
        return open.computeIfAbsent(
                name.host(),
                host -> new Http(
                        address(name),
                        limits,
                        client,
                        () -> isTarget(name) ? logins.findForTarget(name.registry()) : logins.find(name.registry())));
    }

    private boolean isTarget(ImageName name) {
        return name.registry().equals(target.registry());
    }

    /** Whether an image's registry is spoken to without TLS. */
    boolean isPlain(ImageName name) {
        Origin registry = Origin.of(URI.create("https://" + name.host()));
        return isTarget(name) ? options.isPlain(registry) : registry.isLoopback();
    }

    private URI address(ImageName name) {
        return URI.create((isPlain(name) ? "http://" : "https://") + name.host());
    }
}
