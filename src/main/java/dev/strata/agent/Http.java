package dev.strata.agent;

import java.io.IOException;
import java.io.InputStream;
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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Requests to one registry, with the anonymous tokens that some want: Docker's token authentication specification. Only the
 * registry itself, which is one scheme, host and port, is shown tokens.
 */
final class Http {

    static final JsonMapper JSON = JsonMapper.builder().build();

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();
    /** What is also said to other hosts, as a store that a registry sends its clients to is one. */
    private static final Set<String> FOR_ANYONE = Set.of("accept", "content-type");

    private static final int MOST_REDIRECTS = 5;

    private final URI base;
    private final Limits limits;
    private final Map<String, String> tokens = new ConcurrentHashMap<>();

    /**
     * What an agent puts up with.
     *
     * @param answer how long an answer may take, to its last byte
     * @param question how long the cache may take for one, without which a build goes on
     * @param patience for how long the cache is asked to wait for another agent
     * @param stall how long a transfer may take for {@value #LEAST_MOVED} bytes
     * @param largest how large an answer may be that is held in memory
     */
    record Limits(Duration answer, Duration question, Duration patience, Duration stall, int largest) {

        private static final int LEAST_MOVED = 64 * 1024;

        static final Limits USUAL = new Limits(
                Duration.ofSeconds(60),
                Duration.ofSeconds(20),
                Duration.ofSeconds(30),
                Duration.ofSeconds(120),
                32 * 1024 * 1024);
    }

    /** @param base {@code http://host:port} or {@code https://host} */
    Http(URI base, Limits limits) {
        this.base = base;
        this.limits = limits;
    }

    /**
     * One request.
     *
     * @param within how long its answer may take, where that is more or less than usual
     * @param headers name and value in turn
     */
    record Request(String method, String path, BodyPublisher body, Optional<Duration> within, String... headers) {

        static Request get(String path, String... headers) {
            return new Request("GET", path, BodyPublishers.noBody(), Optional.empty(), headers);
        }

        static Request json(String method, String path, JsonNode body, String... headers) {
            String[] all = Arrays.copyOf(headers, headers.length + 2);
            all[headers.length] = "Content-Type";
            all[headers.length + 1] = "application/json";
            return new Request(
                    method, path, BodyPublishers.ofString(JSON.writeValueAsString(body)), Optional.empty(), all);
        }

        static Request of(String method, String path, String... headers) {
            return new Request(method, path, BodyPublishers.noBody(), Optional.empty(), headers);
        }

        Request within(Duration time) {
            return new Request(method, path, body, Optional.of(time), headers);
        }
    }

    /**
     * Sends a request and reads its answer whole.
     *
     * @throws AgentException REGISTRY where there is no answer, or one that takes too long or is too large
     */
    HttpResponse<byte[]> send(Request request) {
        return send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), limits.largest));
    }

    /**
     * Sends a request whose answer comes as a stream.
     *
     * @throws AgentException REGISTRY where there is no answer
     */
    HttpResponse<InputStream> open(Request request) {
        return send(request, BodyHandlers.ofInputStream());
    }

    /**
     * Sends a large body; that may take as long as it likes, as long as it goes on.
     *
     * @param moved how many bytes of it were read so far
     * @throws AgentException REGISTRY where there is no answer, or nothing goes on
     */
    HttpResponse<byte[]> transfer(Request request, LongSupplier moved) {
        return sendOnce(
                request.within(limits.stall), BodyHandlers.limiting(BodyHandlers.ofByteArray(), limits.largest), moved);
    }

    Limits limits() {
        return limits;
    }

    private <T> HttpResponse<T> send(Request request, BodyHandler<T> handler) {
        HttpResponse<T> answer = sendOnce(request, handler, () -> 0);
        String challenge = answer.headers().firstValue("WWW-Authenticate").orElse("");
        if (answer.statusCode() == 401 && challenge.startsWith("Bearer ") && isOwn(answer.uri())) {
            tokens.put(realmKey(answer.uri()), token(challenge));
            return sendOnce(request, handler, () -> 0);
        }
        return answer;
    }

    /** Follows where the registry sends to, but never from TLS to what others can read. */
    private <T> HttpResponse<T> sendOnce(Request request, BodyHandler<T> handler, LongSupplier moved) {
        try {
            URI address = base.resolve(request.path);
            for (int redirects = 0; ; redirects++) {
                HttpResponse<T> answer = sendTo(address, request, handler, moved);
                Optional<URI> next = redirect(request, answer);
                if (next.isEmpty() || redirects == MOST_REDIRECTS) {
                    return answer;
                }
                if (answer.body() instanceof InputStream unread) {
                    unread.close();
                }
                address = next.get();
            }
        } catch (IllegalArgumentException e) {
            throw noAnswer("it named an address that is none: " + e.getMessage(), e); // or a header's value
        } catch (IOException e) {
            throw noAnswer(String.valueOf(e), e);
        }
    }

    private static Optional<URI> redirect(Request request, HttpResponse<?> answer) {
        boolean isFollowed = switch (answer.statusCode()) {
            case 301, 302, 303 -> request.method.equals("GET") || request.method.equals("HEAD");
            case 307, 308 -> true;
            default -> false;
        };
        return isFollowed
                ? answer.headers()
                        .firstValue("Location")
                        .map(answer.uri()::resolve)
                        .filter(next -> !"https".equals(answer.uri().getScheme()) || "https".equals(next.getScheme()))
                : Optional.empty();
    }

    private <T> HttpResponse<T> sendTo(URI address, Request request, BodyHandler<T> handler, LongSupplier moved) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(address)
                .method(request.method, request.body)
                .setHeader("User-Agent", "strata-agent");
        boolean isOwn = isOwn(address);
        for (int i = 0; i + 1 < request.headers.length; i += 2) {
            if (isOwn || FOR_ANYONE.contains(request.headers[i].toLowerCase(Locale.ROOT))) {
                builder.setHeader(request.headers[i], request.headers[i + 1]);
            }
        }
        String token = tokens.get(realmKey(address));
        if (isOwn && token != null) {
            builder.setHeader("Authorization", "Bearer " + token);
        }
        CompletableFuture<HttpResponse<T>> answer = CLIENT.sendAsync(builder.build(), handler);
        try {
            return await(answer, request.within.orElse(limits.answer), moved);
        } catch (TimeoutException e) {
            throw noAnswer("it takes too long", e);
        } catch (ExecutionException e) {
            throw noAnswer(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AgentException(AgentException.Outcome.INTERRUPTED, "stopped", e);
        } finally {
            answer.cancel(true);
        }
    }

    private boolean isOwn(URI address) {
        return String.valueOf(base.getScheme()).equalsIgnoreCase(address.getScheme())
                && String.valueOf(base.getHost()).equalsIgnoreCase(address.getHost())
                && port(base) == port(address);
    }

    private static int port(URI address) {
        int usual = "https".equalsIgnoreCase(address.getScheme()) ? 443 : 80;
        return address.getPort() < 0 ? usual : address.getPort();
    }

    /** The client's own time-out ends with the headers, and a body may drip for ever. */
    private static <T> T await(CompletableFuture<T> answer, Duration within, LongSupplier moved)
            throws InterruptedException, ExecutionException, TimeoutException {
        while (true) {
            long before = moved.getAsLong();
            try {
                return answer.get(within.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (moved.getAsLong() - before < Limits.LEAST_MOVED) {
                    throw e;
                }
            }
        }
    }

    private AgentException noAnswer(String why, Exception cause) {
        return new AgentException(
                AgentException.Outcome.REGISTRY, base.getAuthority() + " does not answer: " + why, cause);
    }

    /** A token is for one repository: what stands before the endpoint's name. */
    private static String realmKey(URI address) {
        return String.valueOf(address.getPath()).replaceAll("/(manifests|blobs|tags|_strata)/.*", "");
    }

    private String token(String challenge) {
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
        try {
            HttpResponse<byte[]> answer = new Http(URI.create(realm), limits).sendOnce(
                    Request.get(realm + query), BodyHandlers.limiting(BodyHandlers.ofByteArray(), limits.largest), () -> 0);
            JsonNode json = JSON.readTree(answer.body());
            return json.path("token").asString(json.path("access_token").asString(""));
        } catch (IllegalArgumentException | JacksonException e) {
            throw noAnswer("it asks for a token that cannot be had", e);
        }
    }
}
