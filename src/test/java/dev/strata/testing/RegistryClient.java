package dev.strata.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.oci.MediaType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client that hides nothing of HTTP, and knows how a blob and a manifest are pushed. */
public final class RegistryClient {

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    private final int port;
    private final String[] always;

    public RegistryClient(int port) {
        this(port, new String[0]);
    }

    private RegistryClient(int port, String[] always) {
        this.port = port;
        this.always = always;
    }

    /** One that sends these headers with each request. */
    public RegistryClient with(String... headers) {
        return new RegistryClient(port, headers);
    }

    public int port() {
        return port;
    }

    public String origin() {
        return "http://127.0.0.1:" + port;
    }

    public RawConnection connect() {
        return new RawConnection(port);
    }

    /** @param path on this server, or a whole URL as a Location header has it */
    public Answer send(String method, String path, BodyPublisher body, String... headers) {
        URI uri = URI.create(path.startsWith("http") ? path : origin() + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).method(method, body);
        for (String[] some : List.of(always, headers)) {
            for (int i = 0; i < some.length; i += 2) {
                request.header(some[i], some[i + 1]);
            }
        }
        try {
            return Answer.of(HTTP.send(request.build(), BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The value of one of the meters that have no labels. */
    public double meter(String name) {
        String meters = get("/actuator/prometheus").text();
        Matcher line = Pattern.compile("^" + name + "(?:\\{[^}]*})? (\\S+)$", Pattern.MULTILINE).matcher(meters);
        if (!line.find()) {
            throw new AssertionError("No meter " + name + " in " + meters);
        }
        return Double.parseDouble(line.group(1));
    }

    public Answer get(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    public Answer head(String path, String... headers) {
        return send("HEAD", path, BodyPublishers.noBody(), headers);
    }

    public Answer delete(String path, String... headers) {
        return send("DELETE", path, BodyPublishers.noBody(), headers);
    }

    /** Without a body, and with Content-Length 0. */
    public Answer post(String path, String... headers) {
        return send("POST", path, BodyPublishers.noBody(), headers);
    }

    public Answer post(String path, byte[] body, String... headers) {
        return send("POST", path, BodyPublishers.ofByteArray(body), headers);
    }

    public Answer put(String path, byte[] body, String... headers) {
        return send("PUT", path, BodyPublishers.ofByteArray(body), headers);
    }

    public Answer patch(String path, byte[] body, String... headers) {
        return send("PATCH", path, BodyPublishers.ofByteArray(body), headers);
    }

    /** With Transfer-Encoding chunked and no Content-Length, as clients stream. */
    public Answer stream(String method, String path, byte[] body, String... headers) {
        return send(method, path, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)), headers);
    }

    /** Starts an upload and returns its Location. */
    public String startUpload(String repository) {
        Answer started = post("/v2/" + repository + "/blobs/uploads/");
        assertThat(started).hasStatus(202);
        return started.location();
    }

    /** Closes an upload with everything that has arrived. */
    public Answer close(String location, Digest digest) {
        return put(withDigest(location, digest), new byte[0]);
    }

    /** An upload's Location as clients add the parameter to it, whether it has a query or not. */
    public static String withDigest(String location, Digest digest) {
        return location + (location.contains("?") ? "&" : "?") + "digest=" + digest;
    }

    /** Pushes a blob in two requests, as most clients do. */
    public Digest pushBlob(String repository, byte[] content) {
        return pushBlob(repository, content, DigestAlgorithm.SHA256);
    }

    public Digest pushBlob(String repository, byte[] content, DigestAlgorithm algorithm) {
        Digest digest = Digest.ofContent(algorithm, content);
        assertThat(put(withDigest(startUpload(repository), digest), content)).hasStatus(201);
        return digest;
    }

    public Answer getBlob(String repository, Digest digest, String... headers) {
        return get(blob(repository, digest), headers);
    }

    /** @param reference a tag or a digest, and what else the path has after it */
    public Answer putManifest(String repository, Object reference, MediaType type, byte[] content) {
        return put(manifest(repository, reference), content, "Content-Type", type.value());
    }

    /** Pushes a manifest whose blobs are there, and returns its digest. */
    public Digest pushManifest(String repository, Object reference, ManifestJson manifest) {
        Answer pushed = putManifest(repository, reference, manifest.mediaType(), manifest.bytes());
        assertThat(pushed).hasStatus(201);
        return Digest.of(pushed.header("Docker-Content-Digest"));
    }

    /** Pushes a small image with all that it consists of; the seed makes it differ from others. */
    public Digest pushImage(String repository, Object reference, int seed) {
        return pushManifest(repository, reference, pushBlobsOf(repository, seed));
    }

    /** Pushes a configuration and a layer, and returns the manifest that refers to them. */
    public ManifestJson pushBlobsOf(String repository, int seed) {
        byte[] config = ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"seed\":" + seed + "}").getBytes(UTF_8);
        byte[] layer = Content.random(seed, 300);
        pushBlob(repository, config);
        pushBlob(repository, layer);
        return ManifestJson.image(config, layer);
    }

    public Answer getManifest(String repository, Object reference, String... headers) {
        return get(manifest(repository, reference), headers);
    }

    public static String blob(String repository, Digest digest) {
        return "/v2/" + repository + "/blobs/" + digest;
    }

    public static String manifest(String repository, Object reference) {
        return "/v2/" + repository + "/manifests/" + reference;
    }
}
