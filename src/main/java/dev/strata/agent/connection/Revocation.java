package dev.strata.agent.connection;

import dev.strata.agent.AgentException;
import dev.strata.agent.login.Login.Kind;
import dev.strata.agent.login.Login;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes back at a registry what it gave for a login: RFC 7009. */
public final class Revocation {

    /** What Strata gives; others' tokens are theirs. */
    private static final String PREFIX = "strata_refresh_";

    private static final String PATH = "/auth/revoke";

    private final RegistryAddress address;
    private final HttpClient client;
    private final Http.Limits limits;

    public Revocation(RegistryAddress address, HttpClient client, Http.Limits limits) {
        this.address = address;
        this.client = client;
        this.limits = limits;
    }

    /**
     * Nothing happens where Strata gave nothing.
     *
     * @throws AgentException REGISTRY where the token may still be good
     */
    public void revoke(Login login) {
        if (login.kind() != Kind.REFRESH_TOKEN || !login.secret().startsWith(PREFIX)) {
            return;
        }
        String form = "token_type_hint=refresh_token&token=" + URLEncoder.encode(login.secret(), StandardCharsets.UTF_8);
        Http.Request request = new Http.Request(
                "POST",
                PATH,
                BodyPublishers.ofString(form),
                Optional.empty(),
                "Content-Type",
                "application/x-www-form-urlencoded");
        int status;
        try {
            HttpResponse<byte[]> answer = new Http(address.uri(), limits, client, Optional::empty).ask(request);
            status = answer.statusCode();
        } catch (AgentException e) {
            throw notRevoked(String.valueOf(e.getMessage()), e);
        }
        if (status != 200) {
            throw notRevoked(address.name() + " answers " + status, null);
        }
    }

    private AgentException notRevoked(String why, @Nullable Throwable cause) {
        return new AgentException(
                AgentException.Outcome.REGISTRY,
                "nothing is kept here any more, but the token is still good at " + address.name() + ": " + why,
                cause);
    }
}
