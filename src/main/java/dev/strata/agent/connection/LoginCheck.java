package dev.strata.agent.connection;

import dev.strata.agent.AgentException;
import dev.strata.agent.login.Login.Kind;
import dev.strata.agent.login.Login;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.Optional;

/** Asks a registry whether a name and a password are right. */
public final class LoginCheck {

    private final RegistryAddress address;
    private final HttpClient client;
    private final Http.Limits limits;

    public LoginCheck(RegistryAddress address, HttpClient client, Http.Limits limits) {
        this.address = address;
        this.client = client;
        this.limits = limits;
    }

    /**
     * What is kept: where the registry gives a refresh token, that is it, and the password is not.
     *
     * @throws AgentException REGISTRY where the login is wrong, or cannot be checked
     */
    public Login keptFor(Login login) {
        AuthenticationChallenge challenge = challenge();
        if (!challenge.isBearer()) {
            HttpResponse<byte[]> answer = new Http(address.uri(), limits, client, Optional::empty)
                    .ask(Http.Request.get("/v2/", "Authorization", Authorization.basic(login)));
            return require(answer, login);
        }
        TokenQuestion question = new TokenQuestion(address.uri(), limits, client);
        HttpResponse<byte[]> answer = question.askToKeep(challenge, login);
        Login right = require(answer, login);
        question.token(answer);
        return question.refreshToken(answer)
                .map(token -> new Login(Kind.REFRESH_TOKEN, login.name(), token, login.source()))
                .orElse(right);
    }

    /** Where the registry leads whoever shows nothing. */
    AuthenticationChallenge challenge() {
        HttpResponse<byte[]> nobody = new Http(address.uri(), limits, client, Optional::empty).ask(Http.Request.get("/v2/"));
        if (nobody.statusCode() == 200) {
            throw new AgentException(AgentException.Outcome.INVALID, address.name() + " lets everybody in without a login");
        }
        return AuthenticationChallenge.of(nobody.headers().allValues("WWW-Authenticate"))
                .filter(asked -> nobody.statusCode() == 401)
                .orElseThrow(() -> new AgentException(
                        AgentException.Outcome.REGISTRY,
                        address.name() + " answers " + nobody.statusCode() + " for /v2/, and is no registry with a login"));
    }

    private Login require(HttpResponse<byte[]> answer, Login login) {
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
