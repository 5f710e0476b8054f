package dev.strata.agent;

import dev.strata.agent.login.Login;
import dev.strata.agent.login.Login.Kind;
import dev.strata.agent.login.LoginException;
import dev.strata.agent.login.Logins;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
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
            Login kept = check(address, login);
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

    /** What is kept: where the registry gives a refresh token, that is it, and the password is not. */
    private Login check(RegistryAddress address, Login login) {
        HttpClient client = connection.client();
        HttpResponse<byte[]> nobody = new Http(address.uri(), limits, client, Optional::empty).ask(Http.Request.get("/v2/"));
        if (nobody.statusCode() == 200) {
            throw new AgentException(AgentException.Outcome.INVALID, address.name() + " lets everybody in without a login");
        }
        AuthenticationChallenge challenge = AuthenticationChallenge.of(nobody.headers().allValues("WWW-Authenticate"))
                .filter(asked -> nobody.statusCode() == 401)
                .orElseThrow(() -> new AgentException(
                        AgentException.Outcome.REGISTRY,
                        address.name() + " answers " + nobody.statusCode() + " for /v2/, and is no registry with a login"));
        if (!challenge.isBearer()) {
            HttpResponse<byte[]> answer = new Http(address.uri(), limits, client, Optional::empty)
                    .ask(Http.Request.get("/v2/", "Authorization", Authorization.basic(login)));
            return require(answer, address, login);
        }
        TokenQuestion question = new TokenQuestion(address.uri(), limits, client);
        HttpResponse<byte[]> answer = question.askToKeep(challenge, login);
        Login right = require(answer, address, login);
        question.token(answer);
        return question.refreshToken(answer)
                .map(token -> new Login(Kind.REFRESH_TOKEN, login.name(), token, login.source()))
                .orElse(right);
    }

    private static Login require(HttpResponse<byte[]> answer, RegistryAddress address, Login login) {
        return switch (answer.statusCode()) {
            case 200 -> login;
            case 401 -> throw new AgentException(
                    AgentException.Outcome.REGISTRY, address.name() + " refuses the name or the password of " + login.name());
            case 429 -> throw new AgentException(
                    AgentException.Outcome.REGISTRY,
                    address.name() + " has seen too many wrong passwords; try again in "
                            + answer.headers().firstValue("Retry-After").orElse("some") + " seconds");
            default -> throw new AgentException(
                    AgentException.Outcome.REGISTRY, address.name() + " answers " + answer.statusCode() + " to the login");
        };
    }
}
