package dev.strata.agent.connection;

import dev.strata.agent.AgentException;
import dev.strata.agent.login.BrowserLogin;
import dev.strata.agent.login.IssuerOffer;
import dev.strata.agent.login.Login.Kind;
import dev.strata.agent.login.Login;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Logs in at an issuer that a registry trusts, with the user's browser. */
public final class IssuerLogin {

    /** So long somebody may take to find a password, a phone and the browser. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final String ME = "/api/access/me";

    private final RegistryAddress address;
    private final HttpClient client;
    private final Http.Limits limits;
    private final PrintStream out;

    /** @param out where the user reads which address to open */
    public IssuerLogin(RegistryAddress address, HttpClient client, Http.Limits limits, PrintStream out) {
        this.address = address;
        this.client = client;
        this.limits = limits;
        this.out = out;
    }

    /** The issuers at which one can log in for this registry; none where it is no Strata. */
    public List<IssuerOffer> offers() {
        HttpResponse<byte[]> answer = http().ask(Http.Request.get("/api/access/session"));
        List<IssuerOffer> offers = new ArrayList<>();
        if (answer.statusCode() == 200) {
            for (JsonNode issuer : json(answer).path("issuers")) {
                JsonNode commandLine = issuer.path("command_line");
                if (commandLine.isObject()) {
                    offers.add(new IssuerOffer(
                            issuer.path("name").asString(""),
                            commandLine.path("issuer").asString(""),
                            commandLine.path("client_id").asString(""),
                            commandLine.path("scopes").asString("openid")));
                }
            }
        }
        return offers;
    }

    /**
     * Has the user log in, and says what is to be kept of it.
     *
     * @throws AgentException REGISTRY where the registry does not want it
     */
    public Login keptFor(IssuerOffer offer) {
        AuthenticationChallenge challenge = new LoginCheck(address, client, limits).challenge();
        String idToken = new BrowserLogin(client, this::show, PATIENCE).idToken(offer);
        TokenQuestion question = new TokenQuestion(address.uri(), limits, client);
        HttpResponse<byte[]> answer =
                question.askToKeep(challenge, new Login(Kind.ID_TOKEN, "", idToken, offer.issuer()));
        if (answer.statusCode() == 401) {
            throw new AgentException(
                    AgentException.Outcome.REGISTRY, address.name() + " does not let in whom " + offer.issuer() + " names");
        }
        String token = question.token(answer);
        String refresh = question.refreshToken(answer)
                .orElseThrow(() -> new AgentException(
                        AgentException.Outcome.REGISTRY, address.name() + " gives nothing that can be kept of this login"));
        return new Login(Kind.REFRESH_TOKEN, name(token, offer), refresh, offer.issuer());
    }

    /** As the registry calls the user. */
    private String name(String token, IssuerOffer offer) {
        HttpResponse<byte[]> answer = http().ask(Http.Request.get(ME, "Authorization", "Bearer " + token));
        String name = answer.statusCode() == 200 ? json(answer).path("name").asString("") : "";
        return name.isEmpty() ? offer.name() : name;
    }

    private void show(URI login) {
        out.println("Log in with a browser on this machine, at this address:");
        out.println();
        out.println("  " + login.toASCIIString());
        out.println();
        opener(System.getenv(), System.getProperty("os.name", "")).ifPresent(program -> open(program, login));
    }

    /** What opens an address in a browser; absent where nobody sits before a screen. */
    public static Optional<String> opener(Map<String, String> environment, String system) {
        if (system.toLowerCase(Locale.ROOT).startsWith("mac")) {
            return environment.containsKey("SSH_CONNECTION") ? Optional.empty() : Optional.of("open");
        }
        boolean hasScreen = environment.containsKey("DISPLAY") || environment.containsKey("WAYLAND_DISPLAY");
        return hasScreen ? Optional.of("xdg-open") : Optional.empty();
    }

    private static void open(String program, URI login) {
        try {
            new ProcessBuilder(program, login.toASCIIString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            // The address is printed; the user opens it.
        }
    }

    private Http http() {
        return new Http(address.uri(), limits, client, Optional::empty);
    }

    private static JsonNode json(HttpResponse<byte[]> answer) {
        try {
            return Http.JSON.readTree(answer.body());
        } catch (JacksonException e) {
            return MissingNode.getInstance(); // it is another kind of registry
        }
    }
}
