package dev.strata.agent.login;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Who the user is for each registry. What the environment offers is for the registry alone that a command is about: a base
 * image may be anywhere.
 */
public final class Logins {

    private static final Duration HELPER = Duration.ofSeconds(30);

    private final EnvironmentLogins environment;
    private final DockerConfiguration docker;
    private final BuildersFiles files;

    Logins(EnvironmentLogins environment, DockerConfiguration docker, BuildersFiles files) {
        this.environment = environment;
        this.docker = docker;
        this.files = files;
    }

    /** Those of an environment, with docker's configuration where it says. */
    public static Logins of(Map<String, String> environment) {
        return of(environment, UnaryOperator.identity(), HELPER);
    }

    /**
     * The same.
     *
     * @param programs where a credential helper is, by its name
     * @param patience how long one may take
     */
    public static Logins of(Map<String, String> environment, UnaryOperator<String> programs, Duration patience) {
        BuildersFiles files = BuildersFiles.of(environment);
        return new Logins(
                new EnvironmentLogins(environment, HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()),
                new DockerConfiguration(
                        files.dockerConfiguration(), helper -> new CredentialHelper(programs.apply(helper), patience)),
                files);
    }

    /**
     * How to log in at a registry that an image comes from.
     *
     * @param registry host and port, or {@code docker.io}
     * @throws LoginException where the configuration cannot be read
     */
    public Optional<Login> find(String registry) {
        return docker.find(registry);
    }

    /**
     * How to log in at the registry that the command is about. What is said for this program comes first, then docker's
     * configuration, and last what the platform would offer to anybody. A platform's token that was given to docker is soon
     * over; where the platform has new ones, they count.
     *
     * @throws LoginException where the configuration cannot be read, or the platform gives nothing
     */
    public Optional<Login> findForTarget(String registry) {
        return environment
                .given()
                .or(() -> docker.find(registry).filter(login -> !(environment.offers() && isSignedToken(login))))
                .or(() -> environment.offered(registry));
    }

    /** RFC 7519: what every such token begins with, and its three parts. */
    private static boolean isSignedToken(Login login) {
        return login.secret().startsWith("eyJ") && login.secret().split("\\.", -1).length == 3;
    }

    /** A place for a login that a builder is to have, and that its own files do not. */
    public HandedLogin handOver() {
        return new HandedLogin(files);
    }

    /**
     * Keeps a login as docker does, for docker too.
     *
     * @return where it is kept
     * @throws LoginException where it cannot be
     */
    public String store(String registry, Login login) {
        return docker.store(registry, login);
    }

    /**
     * Forgets the login that docker's configuration has, for docker too.
     *
     * @return where it was kept
     * @throws LoginException where it cannot be
     */
    public String remove(String registry) {
        return docker.remove(registry);
    }
}
