package dev.strata.agent;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests to one registry, with the anonymous tokens that some want: Docker's token authentication specification. */
final class Http {

    static final JsonMapper JSON = JsonMapper.builder().build();

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();

    private final URI base;
    private final Map<String, String> tokens = new ConcurrentHashMap<>();

    /** @param base {@code http://host:port} or {@code https://host} */
    Http(URI base) {
        this.base = base;
    }

    /** One request; headers are name and value in turn. */
    record Request(String method, String path, BodyPublisher body, Duration timeout, String... headers) {

        static Request get(String path, String... headers) {
            return new Request("GET", path, BodyPublishers.noBody(), ANSWER, headers);
        }

        static Request json(String method, String path, JsonNode body, String... headers) {
            String[] all = Arrays.copyOf(headers, headers.length + 2);
            all[headers.length] = "Content-Type";
            all[headers.length + 1] = "application/json";
            return new Request(
                    method, path, BodyPublishers.ofString(JSON.writeValueAsString(body)), ANSWER, all);
        }

        static Request of(String method, String path, String... headers) {
            return new Request(method, path, BodyPublishers.noBody(), ANSWER, headers);
        }

        Request within(Duration time) {
            return new Request(method, path, body, time, headers);
        }
    }

    /** Sends a request and reads its answer whole. */
    HttpResponse<byte[]> send(Request request) {
        return send(request, BodyHandlers.ofByteArray());
    }

    /**
     * Sends a request.
     *
     * @throws AgentException REGISTRY where there is no answer
     */
    <T> HttpResponse<T> send(Request request, BodyHandler<T> handler) {
        HttpResponse<T> answer = sendOnce(request, handler);
        String challenge = answer.headers().firstValue("WWW-Authenticate").orElse("");
        if (answer.statusCode() == 401 && challenge.startsWith("Bearer ")) {
            tokens.put(realmKey(request), token(challenge));
            return sendOnce(request, handler);
        }
        return answer;
    }

    private <T> HttpResponse<T> sendOnce(Request request, BodyHandler<T> handler) {
        URI uri = base.resolve(request.path);
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri)
                .method(request.method, request.body)
                .timeout(request.timeout)
                .setHeader("User-Agent", "strata-agent");
        for (int i = 0; i + 1 < request.headers.length; i += 2) {
            builder.setHeader(request.headers[i], request.headers[i + 1]);
        }
        String token = tokens.get(realmKey(request));
        if (token != null) {
            builder.setHeader("Authorization", "Bearer " + token);
        }
        try {
            return CLIENT.send(builder.build(), handler);
        } catch (IOException e) {
            throw new AgentException(AgentException.Outcome.REGISTRY, uri.getAuthority() + " does not answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AgentException(AgentException.Outcome.INTERRUPTED, "stopped", e);
        }
    }

    /** A token is for one repository: what stands before the endpoint's name. */
    private static String realmKey(Request request) {
        return request.path.replaceAll("/(manifests|blobs|tags|_strata)/.*", "");
    }

    private static String token(String challenge) {
        String realm = "";
        StringBuilder query = new StringBuilder();
        Matcher parameter = PARAMETER.matcher(challenge);
        while (parameter.find()) {
            if (parameter.group(1).equals("realm")) {
                realm = parameter.group(2);
            } else {
                query.append(query.isEmpty() ? "?" : "&").append(parameter.group(1)).append('=').append(
                        URLEncoder.encode(parameter.group(2), StandardCharsets.UTF_8));
            }
        }
        HttpResponse<byte[]> answer = new Http(URI.create(realm)).send(Request.get(realm + query));
        JsonNode json = JSON.readTree(answer.body());
        return json.path("token").asString(json.path("access_token").asString(""));
    }
}
