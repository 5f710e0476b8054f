package dev.strata.agent.connection;

import dev.strata.agent.login.Login.Kind;
import dev.strata.agent.login.Login;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.Optional;

/** A platform's token is over before many a build is pushed, so the registry is asked for something that lasts. */
public final class LastingLogin {

    private final URI address;
    private final HttpClient client;
    private final Http.Limits limits;

    /** @param address of the registry */
    public LastingLogin(URI address, HttpClient client, Http.Limits limits) {
        this.address = address;
        this.client = client;
        this.limits = limits;
    }

    /**
     * What lasts longer; the login itself where the registry has nothing else. Empty where everybody may do everything.
     *
     * @throws dev.strata.agent.AgentException REGISTRY where the registry does not answer
     */
    public Optional<Login> inPlaceOf(Login login) {
        HttpResponse<byte[]> nobody = new Http(address, limits, client, Optional::empty).ask(Http.Request.get("/v2/"));
        if (nobody.statusCode() == 200) {
            return Optional.empty();
        }
        return AuthenticationChallenge.of(nobody.headers().allValues("WWW-Authenticate"))
                .filter(AuthenticationChallenge::isBearer)
                .map(challenge -> {
                    TokenQuestion question = new TokenQuestion(address, limits, client);
                    HttpResponse<byte[]> answer = question.askToKeep(challenge, login);
                    return question.refreshToken(answer)
                            .map(token -> new Login(Kind.REFRESH_TOKEN, login.name(), token, login.source()))
                            .orElse(login);
                })
                .or(() -> Optional.of(login));
    }
}
