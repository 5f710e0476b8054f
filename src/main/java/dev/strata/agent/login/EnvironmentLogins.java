package dev.strata.agent.login;

import dev.strata.agent.login.Login.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What variables of the environment say and offer. */
final class EnvironmentLogins {

    private static final String TOKEN = "STRATA_TOKEN";
    private static final String ID_TOKEN = "STRATA_ID_TOKEN";
    private static final String ID_TOKEN_FILE = "STRATA_ID_TOKEN_FILE";
    private static final String AUDIENCE = "STRATA_AUDIENCE";
    private static final String GITHUB_URL = "ACTIONS_ID_TOKEN_REQUEST_URL";
    private static final String GITHUB_TOKEN = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int LARGEST = 64 * 1024;

    private final Map<String, String> environment;
    private final HttpClient client;

    EnvironmentLogins(Map<String, String> environment, HttpClient client) {
        this.environment = environment;
        this.client = client;
    }

    /** What was said for this program. A file is read each time, since platforms renew it. */
    Optional<Login> given() {
        return value(TOKEN)
                .map(token -> new Login(Kind.BEARER, "", token, TOKEN))
                .or(() -> value(ID_TOKEN).map(token -> new Login(Kind.ID_TOKEN, "", token, ID_TOKEN)))
                .or(() -> value(ID_TOKEN_FILE)
                        .map(file -> new Login(Kind.ID_TOKEN, "", read(Path.of(file)), ID_TOKEN_FILE + ", " + file)));
    }

    /** Whether the platform makes tokens when they are asked for. */
    boolean offers() {
        return value(GITHUB_URL).isPresent() && value(GITHUB_TOKEN).isPresent();
    }

    /** What GitHub Actions gives to jobs that may have it: a token that is good for some minutes, made when it is asked for. */
    Optional<Login> offered(String registry) {
        if (!offers()) {
            return Optional.empty();
        }
        String token = ask(
                value(GITHUB_URL).orElseThrow(),
                value(GITHUB_TOKEN).orElseThrow(),
                value(AUDIENCE).orElse("https://" + registry));
        return Optional.of(new Login(Kind.ID_TOKEN, "", token, "GitHub Actions"));
    }

    private Optional<String> value(String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new LoginException(ID_TOKEN_FILE + " names " + file + ", which cannot be read", e);
        }
    }

    private String ask(String url, String token, String audience) {
        try {
            String parameter = "audience=" + URLEncoder.encode(audience, StandardCharsets.UTF_8);
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + (url.indexOf('?') < 0 ? "?" : "&") + parameter))
                    .header("Authorization", "Bearer " + token)
                    .header("Accept", "application/json")
                    .build();
            HttpResponse<byte[]> answer = client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST))
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            String value = answer.statusCode() == 200
                    ? JsonMapper.shared().readTree(answer.body()).path("value").asString("")
                    : "";
            if (value.isEmpty()) {
                throw new LoginException("GitHub Actions gives no ID token: it answers " + answer.statusCode());
            }
            return value;
        } catch (IllegalArgumentException | ExecutionException | TimeoutException | JacksonException e) {
            throw new LoginException("GitHub Actions gives no ID token: it does not answer as it should", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoginException("stopped", e);
        }
    }
}
