package dev.strata.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The registry under test as a plain HTTP client sees it, to check what the clients say of themselves.
 *
 * @param address host and port, as they stand in image names
 */
record Registry(String address) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10)).build();
    private static final Pattern RECEIVED =
            Pattern.compile("^strata_blob_received_bytes_total(?:\\{.*})? (\\S+)$", Pattern.MULTILINE);
    private static final List<String> MANIFEST_TYPES = List.of(
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.docker.distribution.manifest.v2+json",
            "application/vnd.docker.distribution.manifest.list.v2+json");

    /** The full name of an image, {@code repository:tag} or {@code repository@digest}, for a client's command line. */
    String image(String name) {
        return address + "/" + name;
    }

    /** Whether the registry answers at all; one with a login asks for it. */
    boolean isReady() {
        try {
            int status = send("GET", "/v2/", BodyPublishers.noBody()).statusCode();
            return status == 200 || status == 401;
        } catch (UncheckedIOException notListeningYet) {
            return false;
        }
    }

    /** The digest that a tag stands for; the tag has to be there. */
    String digest(String repository, String reference) {
        HttpResponse<byte[]> answer = manifestAnswer(repository, reference);
        assertThat(answer.statusCode()).as("status of %s:%s", repository, reference).isEqualTo(200);
        String digest = answer.headers().firstValue("Docker-Content-Digest").orElseThrow();
        assertThat(digestOf(answer.body())).as("digest of what was answered").isEqualTo(digest);
        return digest;
    }

    /** A manifest or an index; it has to be there. */
    JsonNode manifest(String repository, String reference) {
        HttpResponse<byte[]> answer = manifestAnswer(repository, reference);
        assertThat(answer.statusCode()).as("status of %s:%s", repository, reference).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    boolean hasManifest(String repository, String reference) {
        return manifestAnswer(repository, reference).statusCode() == 200;
    }

    boolean hasBlob(String repository, String digest) {
        return get("/v2/" + repository + "/blobs/" + digest).statusCode() == 200;
    }

    /** How many bytes of blobs clients have sent. */
    double bytesReceived() {
        Matcher received = RECEIVED.matcher(new String(get("/actuator/prometheus").body(), UTF_8));
        assertThat(received.find()).isTrue();
        return Double.parseDouble(received.group(1));
    }

    HttpResponse<byte[]> get(String path) {
        return send("GET", path, BodyPublishers.noBody());
    }

    /** Any other request, without a body. */
    HttpResponse<byte[]> send(String method, String path) {
        return send(method, path, BodyPublishers.noBody());
    }

    /** Opens an upload session and gives its location back. */
    URI openUpload(String repository) {
        HttpResponse<byte[]> answer = send("POST", "/v2/" + repository + "/blobs/uploads/", BodyPublishers.noBody());
        assertThat(answer.statusCode()).as(() -> new String(answer.body(), UTF_8)).isEqualTo(202);
        return uri("/").resolve(answer.headers().firstValue("Location").orElseThrow());
    }

    /** Sends a whole blob in one request. */
    HttpResponse<byte[]> post(String repository, String digest, BodyPublisher content) {
        return send("POST", "/v2/" + repository + "/blobs/uploads/?digest=" + digest, content);
    }

    /** Sends a whole blob to an upload session. */
    HttpResponse<byte[]> finishUpload(URI session, String digest, BodyPublisher content) {
        String separator = session.getQuery() == null ? "?" : "&";
        HttpRequest request = HttpRequest.newBuilder(URI.create(session + separator + "digest=" + digest))
                .header("Content-Type", "application/octet-stream")
                .PUT(content)
                .build();
        return send(request);
    }

    HttpResponse<byte[]> cancelUpload(URI session) {
        return send(HttpRequest.newBuilder(session).DELETE().build());
    }

    static JsonNode json(byte[] text) {
        return JSON.readTree(text);
    }

    static JsonNode json(String text) {
        return JSON.readTree(text);
    }

    static String digestOf(byte[] content) {
        try {
            return "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException exception) {
            throw new IllegalStateException(exception);
        }
    }

    private HttpResponse<byte[]> manifestAnswer(String repository, String reference) {
        return send(HttpRequest.newBuilder(uri("/v2/" + repository + "/manifests/" + reference))
                .header("Accept", String.join(", ", MANIFEST_TYPES))
                .build());
    }

    private HttpResponse<byte[]> send(String method, String path, BodyPublisher body) {
        return send(HttpRequest.newBuilder(uri(path)).method(method, body).build());
    }

    private static HttpResponse<byte[]> send(HttpRequest request) {
        try {
            return CLIENT.send(request, BodyHandlers.ofByteArray());
        } catch (IOException exception) {
            throw new UncheckedIOException(exception);
        } catch (InterruptedException exception) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(exception);
        }
    }

    private URI uri(String path) {
        return URI.create("http://" + address + path);
    }
}
