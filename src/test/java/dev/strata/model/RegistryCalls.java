package dev.strata.model;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** Requests to one registry over HTTP/1.1, as a client without any cleverness sends them. */
public final class RegistryCalls implements AutoCloseable {

    private static final Duration LONGEST_ANSWER = Duration.ofMinutes(2);
    private static final int TRIES = 6;
    private static final int TOO_MANY_REQUESTS = 429;

    private final HttpClient client;
    private final URI registry;
    private final String[] always;

    /**
     * @param registry scheme, host and port
     * @param always headers of all requests, names and values in turn
     */
    public RegistryCalls(URI registry, String... always) {
        this.always = always.clone();
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(30))
                .build();
        this.registry = registry;
    }

    public Answer get(String target) throws IOException {
        return send("GET", target, BodyPublishers.noBody());
    }

    public Answer head(String target) throws IOException {
        return send("HEAD", target, BodyPublishers.noBody());
    }

    public Answer delete(String target) throws IOException {
        return send("DELETE", target, BodyPublishers.noBody());
    }

    public Answer post(String target) throws IOException {
        return send("POST", target, BodyPublishers.noBody());
    }

    /** Starts an upload session, and tells where it is. */
    public String startUpload(String repository) throws IOException {
        return post("/v2/" + repository + "/blobs/uploads/").expect(202).header("Location");
    }

    /** Pushes a blob in one request. */
    public Answer pushBlob(String repository, byte[] content) throws IOException {
        String target = "/v2/" + repository + "/blobs/uploads/?digest=" + Digests.sha256(content);
        return send("POST", target, BodyPublishers.ofByteArray(content), "Content-Type", "application/octet-stream");
    }

    public Answer putManifest(String repository, String reference, ManifestText manifest) throws IOException {
        return send(
                "PUT",
                "/v2/" + repository + "/manifests/" + reference,
                BodyPublishers.ofByteArray(manifest.content()),
                "Content-Type",
                manifest.mediaType());
    }

    /**
     * Sends a request; again, after as long as the answer says, where it was too many at once.
     *
     * @param target a path on the registry, or a Location that it gave
     * @param headers names and values in turn
     * @throws IOException where no answer came
     */
    public Answer send(String method, String target, BodyPublisher body, String... headers) throws IOException {
        Answer answer = sendOnce(method, target, body, headers);
        for (int tries = 1; answer.status() == TOO_MANY_REQUESTS && tries < TRIES; tries++) {
            pause(Duration.ofSeconds(Long.parseLong(answer.header("Retry-After"))));
            answer = sendOnce(method, target, body, headers);
        }
        return answer;
    }

    private Answer sendOnce(String method, String target, BodyPublisher body, String... headers) throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(registry.resolve(target)).timeout(LONGEST_ANSWER).method(method, body);
        for (String[] some : new String[][] {always, headers}) {
            for (int i = 0; i < some.length; i += 2) {
                request.header(some[i], some[i + 1]);
            }
        }
        try {
            HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
            return new Answer(method + " " + target, response.statusCode(), response.headers(), response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A body that does not say how long it is. */
    public static BodyPublisher streamed(byte[] content) {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(content));
    }

    /** A page's {@code Link} to the next one, without the brackets. */
    static List<String> next(Answer answer) {
        return answer.headers().allValues("Link").stream()
                .map(link -> link.substring(link.indexOf('<') + 1, link.indexOf('>')))
                .toList();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
