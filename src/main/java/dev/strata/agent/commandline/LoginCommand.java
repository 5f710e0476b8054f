package dev.strata.agent.commandline;

import dev.strata.agent.AgentException;
import dev.strata.agent.connection.ConnectionOptions;
import dev.strata.agent.connection.Http;
import dev.strata.agent.connection.LoginCheck;
import dev.strata.agent.connection.RegistryAddress;
import dev.strata.agent.login.Login.Kind;
import dev.strata.agent.login.Login;
import dev.strata.agent.login.LoginException;
import dev.strata.agent.login.Logins;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
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
            String name = username();
            Login login = new Login(Kind.PASSWORD, name, password(), "the command line");
            Login kept = new LoginCheck(address, connection.client(), limits).keptFor(login);
            String where = logins.store(address.name(), kept);
            out.println("Logged in to " + address.name() + " as " + name + ". This is kept in " + where + ".");
            return 0;
        } catch (LoginException e) {
            return failed(String.valueOf(e.getMessage()), AgentException.Outcome.INVALID);
        } catch (AgentException e) {
            return failed(String.valueOf(e.getMessage()), e.outcome());
        }
    }

    private static int failed(String message, AgentException.Outcome outcome) {
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
