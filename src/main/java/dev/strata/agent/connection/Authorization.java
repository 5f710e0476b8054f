package dev.strata.agent.connection;

import dev.strata.agent.AgentException;
import dev.strata.agent.login.Login.Kind;
import dev.strata.agent.login.Login;
import dev.strata.agent.login.LoginException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What a registry is shown with requests for each of its repositories. It is asked for when the registry wants it, and again
 * when that is over or allows too little. What was refused is not tried again, since that slows down whoever it belongs to.
 */
final class Authorization {

    private final URI base;
    private final Supplier<Optional<Login>> logins;
    private final TokenQuestion question;
    private final Map<String, String> headers = new ConcurrentHashMap<>();
    private final Map<String, AskedRights> rights = new ConcurrentHashMap<>();
    private Optional<AuthenticationChallenge> last = Optional.empty();
    private Optional<Login> known = Optional.empty();
    private Optional<Login> refused = Optional.empty();

    Authorization(URI base, Http.Limits limits, HttpClient client, Supplier<Optional<Login>> logins) {
        this.base = base;
        this.logins = logins;
        this.question = new TokenQuestion(base, limits, client);
    }

    /** The value of the header for requests for a repository; empty as long as nobody asked for one. */
    Optional<String> header(String repository) {
        return Optional.ofNullable(headers.get(repository));
    }

    /**
     * Says what will be needed in a repository beside what the registry asks for. Where the registry asked already, that is
     * got at once: what everybody may read would not be asked for again.
     *
     * @throws AgentException as {@link #answer}
     */
    synchronized void want(String repository, String scope) {
        if (rights(repository).add(scope) && headers.containsKey(repository)) {
            last.ifPresent(challenge -> header(repository, challenge).ifPresent(value -> headers.put(repository, value)));
        }
    }

    private AskedRights rights(String repository) {
        return rights.computeIfAbsent(repository, name -> new AskedRights());
    }

    /**
     * Gets what a registry wants to be shown.
     *
     * @param isSecond whether it was just got, and is to be got again only if the registry wants more by now
     * @return whether there is something to be shown that was not shown before
     * @throws AgentException REGISTRY where the login is refused, INVALID where there is none to be read
     */
    synchronized boolean answer(String repository, List<String> challenges, boolean isSecond) {
        Optional<AuthenticationChallenge> asked = AuthenticationChallenge.of(challenges);
        if (asked.isEmpty()) {
            return false;
        }
        requireNotRefused(asked.get(), repository);
        boolean grew = rights(repository).add(asked.get().parameter("scope"));
        if (isSecond && !grew) {
            return false;
        }
        last = asked;
        Optional<String> now = header(repository, asked.get());
        if (now.equals(header(repository))) {
            return false;
        }
        now.ifPresent(value -> headers.put(repository, value));
        return now.isPresent();
    }

    private Optional<String> header(String repository, AuthenticationChallenge challenge) {
        Optional<Login> login = login();
        return challenge.isBearer()
                ? Optional.of(bearer(challenge, login, rights(repository)))
                : login.filter(found -> found.kind() == Kind.PASSWORD).map(Authorization::basic);
    }

    /** What is shown as it is does not become better. */
    private void requireNotRefused(AuthenticationChallenge challenge, String repository) {
        known.filter(login -> login.kind() == Kind.BEARER || login.kind() == Kind.PASSWORD && !challenge.isBearer())
                .filter(login -> headers.containsKey(repository))
                .filter(login -> !challenge.parameter("error").equals("insufficient_scope"))
                .ifPresent(login -> {
                    throw refusal(login);
                });
    }

    private Optional<Login> login() {
        if (known.isPresent()) {
            return known;
        }
        try {
            Optional<Login> found = logins.get();
            // A platform's tokens are soon over, and it has new ones.
            known = found.filter(login -> login.kind() != Kind.ID_TOKEN);
            return found;
        } catch (LoginException e) {
            throw new AgentException(AgentException.Outcome.INVALID, String.valueOf(e.getMessage()), e);
        }
    }

    private String bearer(AuthenticationChallenge challenge, Optional<Login> login, AskedRights asked) {
        if (login.isPresent() && login.get().kind() == Kind.BEARER) {
            return "Bearer " + login.get().secret();
        }
        if (login.isPresent() && login.equals(refused)) {
            throw refusal(login.get());
        }
        HttpResponse<byte[]> answer = question.ask(challenge, login, asked.scopes());
        if (answer.statusCode() == 401 && login.isPresent()) {
            throw refusal(login.get());
        }
        return "Bearer " + question.token(answer);
    }

    private AgentException refusal(Login login) {
        refused = Optional.of(login);
        String host = base.getAuthority();
        String advice = switch (login.kind()) {
            case PASSWORD -> " refuses the name or the password of %s from %s; log in again with: strata login %s"
                    .formatted(login.name(), login.source(), host);
            case REFRESH_TOKEN -> " refuses the login from %s, which is over or revoked; log in again with: strata login %s"
                    .formatted(login.source(), host);
            case ID_TOKEN -> " refuses the ID token from %s; its issuer and audience have to be among the registry's strata.access.issuers"
                    .formatted(login.source());
            case BEARER -> " refuses the token from %s, which is wrong, over or revoked".formatted(login.source());
        };
        return new AgentException(AgentException.Outcome.REGISTRY, host + advice);
    }

    static String basic(Login login) {
        byte[] both = (login.name() + ":" + login.secret()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(both);
    }
}
