package dev.strata.agent.commandline;

import dev.strata.agent.AgentException;
import dev.strata.agent.connection.ConnectionOptions;
import dev.strata.agent.connection.Http;
import dev.strata.agent.connection.RegistryAddress;
import dev.strata.agent.connection.Revocation;
import dev.strata.agent.login.Login;
import dev.strata.agent.login.LoginException;
import dev.strata.agent.login.Logins;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Takes a login back: at the registry, where that gave something for it, and where docker keeps it. */
@Command(
        name = "logout",
        mixinStandardHelpOptions = true,
        description = "Logs out of a registry: revokes what it gave, and forgets the login here, for docker too.")
final class LogoutCommand implements Callable<Integer> {

    @Parameters(paramLabel = "REGISTRY", description = "Host and port, as in the names of images.")
    private String registry = "";

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    private final PrintStream out;
    private final Http.Limits limits;
    private final Logins logins;

    LogoutCommand(PrintStream out, Http.Limits limits, Logins logins) {
        this.out = out;
        this.limits = limits;
        this.logins = logins;
    }

    @Override
    public Integer call() {
        try {
            RegistryAddress address = RegistryAddress.of(registry, connection);
            Optional<Login> kept = logins.find(address.name());
            if (kept.isEmpty()) {
                out.println("Nobody is logged in to " + address.name() + ".");
                return 0;
            }
            String where = logins.remove(address.name()); // here in any case, whatever the registry says
            new Revocation(address, connection.client(), limits).revoke(kept.get());
            out.println("Logged out of " + address.name() + ". Nothing is kept in " + where + " any more.");
            return 0;
        } catch (LoginException e) {
            return LoginCommand.failed(String.valueOf(e.getMessage()), AgentException.Outcome.INVALID);
        } catch (AgentException e) {
            return LoginCommand.failed(String.valueOf(e.getMessage()), e.outcome());
        }
    }
}
