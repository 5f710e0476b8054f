package dev.strata.agent.connection;

import dev.strata.agent.AgentException;
import dev.strata.agent.connection.Http.Request;
import dev.strata.agent.login.Login.Kind;
import dev.strata.agent.login.Login;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Asks for a token, where a registry says that one is to be had. */
final class TokenQuestion {

    private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
    private static final String ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token";
    private static final String CLIENT = "strata-agent";

    private final URI base;
    private final Http.Limits limits;
    private final HttpClient client;

    TokenQuestion(URI base, Http.Limits limits, HttpClient client) {
        this.base = base;
        this.limits = limits;
        this.client = client;
    }

    /**
     * Asks for a token, with a password by GET and with everything else by POST, as registries know it.
     *
     * @throws AgentException REGISTRY where nobody is to be asked who may see the login
     */
    HttpResponse<byte[]> ask(AuthenticationChallenge challenge, Optional<Login> login, List<String> scopes) {
        URI realm = realm(challenge, login.isPresent());
        List<String> form = form(challenge);
        Optional<Login> posted = login.filter(found -> found.kind() != Kind.PASSWORD);
        if (posted.isPresent()) {
            form.add(field("scope", String.join(" ", scopes)));
            return post(realm, form, posted.get());
        }
        scopes.forEach(scope -> form.add(field("scope", scope)));
        return get(realm, form, login);
    }

    /**
     * Asks for what may be kept in the place of a login: with a password as {@code docker login} does, with everything else
     * by POST.
     */
    HttpResponse<byte[]> askToKeep(AuthenticationChallenge challenge, Login login) {
        URI realm = realm(challenge, true);
        List<String> form = form(challenge);
        if (login.kind() != Kind.PASSWORD) {
            form.add("access_type=offline");
            return post(realm, form, login);
        }
        form.add("offline_token=true");
        form.add(field("client_id", CLIENT));
        form.add(field("account", login.name()));
        return get(realm, form, Optional.of(login));
    }

    private static List<String> form(AuthenticationChallenge challenge) {
        List<String> form = new ArrayList<>();
        String service = challenge.parameter("service");
        if (!service.isEmpty()) {
            form.add(field("service", service));
        }
        return form;
    }

    private HttpResponse<byte[]> post(URI realm, List<String> form, Login login) {
        form.add(field("client_id", CLIENT));
        if (login.kind() == Kind.REFRESH_TOKEN) {
            form.add("grant_type=refresh_token");
            form.add(field("refresh_token", login.secret()));
        } else {
            form.add(field("grant_type", EXCHANGE));
            form.add(field("subject_token_type", ID_TOKEN));
            form.add(field("subject_token", login.secret()));
        }
        return send(realm, new Request(
                "POST",
                realm.toString(),
                BodyPublishers.ofString(String.join("&", form)),
                Optional.empty(),
                "Content-Type",
                "application/x-www-form-urlencoded"));
    }

    private HttpResponse<byte[]> get(URI realm, List<String> form, Optional<Login> login) {
        String query = form.isEmpty() ? "" : (realm.getQuery() == null ? "?" : "&") + String.join("&", form);
        String[] headers = login.map(found -> new String[] {"Authorization", Authorization.basic(found)})
                .orElseGet(() -> new String[0]);
        return send(realm, Request.get(realm + query, headers));
    }

    private HttpResponse<byte[]> send(URI realm, Request request) {
        try {
            return new Http(realm, limits, client, Optional::empty).ask(request);
        } catch (IllegalArgumentException e) { // an address that is none
            throw unanswered(e);
        }
    }

    private URI realm(AuthenticationChallenge challenge, boolean showsLogin) {
        try {
            URI realm = base.resolve(challenge.parameter("realm"));
            if (showsLogin && !Origin.of(base).maySendTo(Origin.of(realm))) {
                throw new AgentException(
                        AgentException.Outcome.REGISTRY,
                        base.getAuthority() + " wants the login to be sent to " + realm.getAuthority() + " without TLS");
            }
            return realm;
        } catch (IllegalArgumentException e) {
            throw unanswered(e);
        }
    }

    /** @throws AgentException REGISTRY where there is none in the answer */
    String token(HttpResponse<byte[]> answer) {
        JsonNode json = json(answer);
        String token = json.path("token").asString(json.path("access_token").asString(""));
        if (answer.statusCode() != 200 || token.isEmpty()) {
            String retry = answer.headers().firstValue("Retry-After").map(after -> "; try again in " + after + " seconds").orElse("");
            throw new AgentException(
                    AgentException.Outcome.REGISTRY,
                    base.getAuthority() + " gives no token: " + answer.uri().getAuthority() + " answers " + answer.statusCode() + retry);
        }
        return token;
    }

    /** What is to be kept in the place of a password; empty where it is the password itself. */
    Optional<String> refreshToken(HttpResponse<byte[]> answer) {
        return Optional.of(json(answer).path("refresh_token").asString("")).filter(token -> !token.isEmpty());
    }

    private JsonNode json(HttpResponse<byte[]> answer) {
        try {
            return Http.JSON.readTree(answer.body());
        } catch (JacksonException e) {
            throw unanswered(e);
        }
    }

    private AgentException unanswered(Exception cause) {
        return new AgentException(
                AgentException.Outcome.REGISTRY, base.getAuthority() + " asks for a token that cannot be had", cause);
    }

    private static String field(String name, String value) {
        return name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
