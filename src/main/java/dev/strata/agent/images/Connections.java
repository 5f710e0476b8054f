package dev.strata.agent.images;

import dev.strata.agent.connection.ConnectionOptions;
import dev.strata.agent.connection.Http;
import dev.strata.agent.connection.LastingLogin;
import dev.strata.agent.connection.Origin;
import dev.strata.agent.login.HandedLogin;
import dev.strata.agent.login.Login.Kind;
import dev.strata.agent.login.Login;
import dev.strata.agent.login.LoginException;
import dev.strata.agent.login.Logins;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The registries that a command speaks to. Only the one that it is about is spoken to as its options say. */
public final class Connections {

    /** How a robot's secret begins, which registries take for a password. */
    private static final String ROBOT = "strata_robot_";
    /** Whoever shows a secret that says who it is may have any name. */
    private static final String NAME = "strata";

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
    public Connections(ImageName target, ConnectionOptions options, Http.Limits limits, Logins logins) {
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

    /**
     * What a builder is to show to the target's registry, where it does not find that in its own files.
     *
     * @throws LoginException where that cannot be told
     * @throws dev.strata.agent.AgentException REGISTRY where the registry does not answer
     */
    public Optional<Login> forBuilder() {
        return logins.findForTarget(target.registry()).flatMap(login -> switch (login.kind()) {
            case PASSWORD, REFRESH_TOKEN -> Optional.empty(); // that is where they come from
            case BEARER -> Optional.of(new Login(
                    login.secret().startsWith(ROBOT) ? Kind.PASSWORD : Kind.BEARER, NAME, login.secret(), login.source()));
            case ID_TOKEN -> new LastingLogin(address(target), client, limits)
                    .inPlaceOf(new Login(login.kind(), NAME, login.secret(), login.source()));
        });
    }

    /** The file of the authorities that are trusted too, by the builder as well. */
    public Optional<Path> authorities() {
        return options.authorities();
    }

    /** A place for what a builder gets. */
    public HandedLogin handOver() {
        return logins.handOver();
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
