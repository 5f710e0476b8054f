package dev.strata.agent.connection;

import dev.strata.agent.AgentException;
import dev.strata.agent.login.Login;
import dev.strata.oci.RepositoryName;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Requests to one registry, with what it wants to be shown. Only the registry itself, which is one scheme, host and port, is
 * shown tokens and passwords, and whom it names to ask for tokens.
 */
public final class Http {

    public static final JsonMapper JSON = JsonMapper.builder().build();

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final HttpClient CLIENT = client().build();
    /** What is also said to other hosts, as a store that a registry sends its clients to is one. */
    private static final Set<String> FOR_ANYONE = Set.of("accept", "content-type");

    private static final int MOST_REDIRECTS = 5;
    /** One for a token, and one for a token that allows more. */
    private static final int MOST_CHALLENGES = 2;

    private static final int UNAUTHORIZED = 401;

    private final URI base;
    private final Limits limits;
    private final HttpClient client;
    private final Authorization authorization;

    /**
     * What an agent puts up with.
     *
     * @param answer how long an answer may take, to its last byte
     * @param question how long the cache may take for one, without which a build goes on
     * @param patience for how long the cache is asked to wait for another agent
     * @param stall how long a transfer may take for {@value #LEAST_MOVED} bytes
     * @param largest how large an answer may be that is held in memory
     */
    public record Limits(Duration answer, Duration question, Duration patience, Duration stall, int largest) {

        private static final int LEAST_MOVED = 64 * 1024;

        public static final Limits USUAL = new Limits(
                Duration.ofSeconds(60),
                Duration.ofSeconds(20),
                Duration.ofSeconds(30),
                Duration.ofSeconds(120),
                32 * 1024 * 1024);
    }

    /**
     * Requests by nobody.
     *
     * @param base {@code http://host:port} or {@code https://host}
     */
    public Http(URI base, Limits limits) {
        this(base, limits, CLIENT, Optional::empty);
    }

    /** @param login who sends them, asked for when the registry wants to know */
    public Http(URI base, Limits limits, HttpClient client, Supplier<Optional<Login>> login) {
        this.base = base;
        this.limits = limits;
        this.client = client;
        this.authorization = new Authorization(base, limits, client, login);
    }

    /** What all clients have in common. */
    static HttpClient.Builder client() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
    }

    /**
     * Shows who this is before the registry asks for it: some of what a request without that is answered is not what its
     * sender may have.
     *
     * @param actions what will be done in the repository, such as {@code pull,push}
     * @throws AgentException REGISTRY where the login is refused
     */
    public void signIn(RepositoryName repository, String actions) {
        authorization.want("/v2/" + repository, "repository:" + repository + ":" + actions);
        HttpResponse<byte[]> answer = ask(Request.get("/v2/"));
        if (answer.statusCode() == UNAUTHORIZED && isOwn(answer.uri())) {
            authorization.answer("/v2/" + repository, answer.headers().allValues("WWW-Authenticate"), false);
        }
    }

    /** Says that requests for one repository also read from another one. */
    public void alsoRead(RepositoryName repository, RepositoryName other) {
        authorization.want("/v2/" + repository, "repository:" + other + ":pull");
    }

    /**
     * One request.
     *
     * @param within how long its answer may take, where that is more or less than usual
     * @param headers name and value in turn
     */
    public record Request(String method, String path, BodyPublisher body, Optional<Duration> within, String... headers) {

        public static Request get(String path, String... headers) {
            return new Request("GET", path, BodyPublishers.noBody(), Optional.empty(), headers);
        }

        public static Request json(String method, String path, JsonNode body, String... headers) {
            String[] all = Arrays.copyOf(headers, headers.length + 2);
            all[headers.length] = "Content-Type";
            all[headers.length + 1] = "application/json";
            return new Request(
                    method, path, BodyPublishers.ofString(JSON.writeValueAsString(body)), Optional.empty(), all);
        }

        public static Request of(String method, String path, String... headers) {
            return new Request(method, path, BodyPublishers.noBody(), Optional.empty(), headers);
        }

        public Request within(Duration time) {
            return new Request(method, path, body, Optional.of(time), headers);
        }
    }

    /**
     * Sends a request and reads its answer whole.
     *
     * @throws AgentException REGISTRY where there is no answer, or one that takes too long or is too large
     */
    public HttpResponse<byte[]> send(Request request) {
        return send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), limits.largest));
    }

    /** The same, whatever the registry wants to be shown, and wherever it sends to: this may carry a password. */
    HttpResponse<byte[]> ask(Request request) {
        return sendTo(
                base.resolve(request.path),
                request,
                BodyHandlers.limiting(BodyHandlers.ofByteArray(), limits.largest),
                () -> 0);
    }

    /**
     * Sends a request whose answer comes as a stream.
     *
     * @throws AgentException REGISTRY where there is no answer
     */
    public HttpResponse<InputStream> open(Request request) {
        return send(request, BodyHandlers.ofInputStream());
    }

    /**
     * Sends a large body; that may take as long as it likes, as long as it goes on.
     *
     * @param moved how many bytes of it were read so far
     * @throws AgentException REGISTRY where there is no answer, or nothing goes on
     */
    public HttpResponse<byte[]> transfer(Request request, LongSupplier moved) {
        return sendOnce(
                request.within(limits.stall), BodyHandlers.limiting(BodyHandlers.ofByteArray(), limits.largest), moved);
    }

    public Limits limits() {
        return limits;
    }

    private <T> HttpResponse<T> send(Request request, BodyHandler<T> handler) {
        HttpResponse<T> answer = sendOnce(request, handler, () -> 0);
        for (int i = 0; i < MOST_CHALLENGES && answer.statusCode() == UNAUTHORIZED && isOwn(answer.uri()); i++) {
            List<String> challenges = answer.headers().allValues("WWW-Authenticate");
            if (!authorization.answer(repository(answer.uri()), challenges, i > 0)) {
                break;
            }
            discard(answer);
            answer = sendOnce(request, handler, () -> 0);
        }
        return answer;
    }

    private void discard(HttpResponse<?> answer) {
        if (answer.body() instanceof InputStream unread) {
            try {
                unread.close();
            } catch (IOException e) {
                throw noAnswer(String.valueOf(e), e);
            }
        }
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
                discard(answer);
                address = next.get();
            }
        } catch (IllegalArgumentException e) {
            throw noAnswer("it named an address that is none: " + e.getMessage(), e); // or a header's value
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

    /** @throws IllegalArgumentException where something in it cannot be sent */
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
        if (isOwn) {
            authorization.header(repository(address)).ifPresent(value -> builder.setHeader("Authorization", value));
        }
        CompletableFuture<HttpResponse<T>> answer = client.sendAsync(builder.build(), handler);
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
        return Origin.of(base).equals(Origin.of(address));
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
    private static String repository(URI address) {
        return String.valueOf(address.getPath()).replaceAll("/(manifests|blobs|tags|_strata)/.*", "");
    }
}
