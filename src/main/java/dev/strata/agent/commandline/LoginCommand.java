package dev.strata.agent.commandline;

import dev.strata.agent.AgentException;
import dev.strata.agent.connection.ConnectionOptions;
import dev.strata.agent.connection.Http;
import dev.strata.agent.connection.IssuerLogin;
import dev.strata.agent.connection.LoginCheck;
import dev.strata.agent.connection.RegistryAddress;
import dev.strata.agent.login.IssuerOffer;
import dev.strata.agent.login.Login.Kind;
import dev.strata.agent.login.Login;
import dev.strata.agent.login.LoginException;
import dev.strata.agent.login.Logins;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks a registry whether a name and a password are right, and keeps them where docker does. */
@Command(
        name = "login",
        mixinStandardHelpOptions = true,
        description = "Logs in to a registry, for this program, docker and its like.")
final class LoginCommand implements Callable<Integer> {

    private static final int LARGEST = 64 * 1024;

    @Parameters(paramLabel = "REGISTRY", description = "Host and port, as in the names of images.")
    private String registry = "";

    @Option(
            names = {"-u", "--username"},
            paramLabel = "NAME",
            description = "Who you are; asked for where it is not said. Robots may say anything.")
    private @Nullable String username;

    @Option(
            names = "--password-stdin",
            description = "Read the password, or a robot's secret, from the standard input. Otherwise it is asked for.")
    private boolean passwordStdin;

    @Option(
            names = "--oidc",
            description = "Log in with a browser, at an issuer that the registry trusts. "
                    + "That is so too if there is one and neither a name nor a password is given.")
    private boolean oidc;

    @Option(names = "--issuer", paramLabel = "NAME", description = "The issuer, if there are several.")
    private @Nullable String issuer;

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    private final PrintStream out;
    private final InputStream in;
    private final Http.Limits limits;
    private final Logins logins;

    LoginCommand(PrintStream out, InputStream in, Http.Limits limits, Logins logins) {
        this.out = out;
        this.in = in;
        this.limits = limits;
        this.logins = logins;
    }

    @Override
    public Integer call() {
        try {
            RegistryAddress address = RegistryAddress.of(registry, connection);
            HttpClient client = connection.client();
            Login kept = byIssuer(address, client)
                    .orElseGet(() -> new LoginCheck(address, client, limits)
                            .keptFor(new Login(Kind.PASSWORD, username(), password(), "the command line")));
            String where = logins.store(address.name(), kept);
            out.println("Logged in to " + address.name() + " as " + kept.name() + ". This is kept in " + where + ".");
            return 0;
        } catch (LoginException e) {
            return failed(String.valueOf(e.getMessage()), AgentException.Outcome.INVALID);
        } catch (AgentException e) {
            return failed(String.valueOf(e.getMessage()), e.outcome());
        }
    }

    /** A login with a browser; absent where it is to be one with a password. */
    private Optional<Login> byIssuer(RegistryAddress address, HttpClient client) {
        boolean isAsked = oidc || issuer != null;
        if (!isAsked && (username != null || passwordStdin)) {
            return Optional.empty();
        }
        IssuerLogin login = new IssuerLogin(address, client, limits, out);
        List<IssuerOffer> offers = login.offers();
        if (offers.isEmpty() && !isAsked) {
            return Optional.empty();
        }
        List<IssuerOffer> chosen =
                offers.stream().filter(offer -> issuer == null || offer.name().equals(issuer)).toList();
        if (chosen.size() == 1) {
            return Optional.of(login.keptFor(chosen.getFirst()));
        }
        List<String> names = offers.stream().map(IssuerOffer::name).toList();
        throw new AgentException(
                AgentException.Outcome.INVALID,
                names.isEmpty()
                        ? address.name() + " has no issuer at which the command line can log in"
                        : "say with --issuer which one it is to be: " + String.join(", ", names));
    }

    static int failed(String message, AgentException.Outcome outcome) {
        System.err.println("strata: " + message);
        return outcome.exitCode();
    }

    private String username() {
        if (username != null) {
            return username;
        }
        return Optional.ofNullable(System.console())
                .map(console -> console.readLine("Name: "))
                .filter(name -> !name.isBlank())
                .orElseThrow(() -> new AgentException(AgentException.Outcome.INVALID, "say who you are with --username"));
    }

    private String password() {
        String password = passwordStdin ? read() : asked();
        if (password.isEmpty()) {
            throw new AgentException(AgentException.Outcome.INVALID, "the password is empty");
        }
        return password;
    }

    private String read() {
        try {
            return new String(in.readNBytes(LARGEST), StandardCharsets.UTF_8).replaceFirst("\r?\n$", "");
        } catch (IOException e) {
            throw new AgentException(AgentException.Outcome.INVALID, "the password cannot be read", e);
        }
    }

    private static String asked() {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            throw new AgentException(
                    AgentException.Outcome.INVALID, "there is no terminal to ask for the password; use --password-stdin");
        }
        char[] password = console.readPassword("Password: ");
        return password == null ? "" : new String(password);
    }
}
