package dev.strata;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.FileSystemUtils;

/**
 * Serves an empty registry and does with it what clients do, for some seconds. It is run once, when Strata is packaged:
 * with {@code -XX:AOTCacheOutput} Java keeps what a start loads, and how often each part of a request's code ran. A
 * server that has this compiles that code at once instead of after its first thousands of requests.
 */
final class Rehearsal {

    private static final int ROUNDS = 400;
    /** Every so many rounds there is a blob that is received as large ones are. */
    private static final int ROUNDS_A_LARGE_BLOB = 20;

    private static final int SMALL = 200_000;
    private static final int LARGE = 32 * 1024 * 1024;
    private static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
    private static final String MANIFEST = """
            {"schemaVersion": 2, "mediaType": "%s", "annotations": {"round": "%d"},
             "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "%s", "size": %d},
             "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": "%s", "size": %d}]}
            """;

    private final HttpClient client;
    private final URI registry;
    private final SplittableRandom random = new SplittableRandom(1);

    private Rehearsal(HttpClient client, URI registry) {
        this.client = client;
        this.registry = registry;
    }

    /** Returns when it is over and nothing of it is left but what Java writes when the process ends. */
    static void run() throws IOException, InterruptedException {
        Path data = Files.createTempDirectory("strata-rehearsal");
        try (ConfigurableApplicationContext context = SpringApplication.run(
                        Strata.class, "--server.port=0", "--strata.data-dir=" + data);
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            String port = context.getEnvironment().getRequiredProperty("local.server.port");
            new Rehearsal(client, URI.create("http://127.0.0.1:" + port + "/v2/rehearsal/image/")).perform();
        } finally {
            FileSystemUtils.deleteRecursively(data);
        }
    }

    private void perform() throws IOException, InterruptedException {
        byte[] config = "{\"architecture\": \"amd64\", \"os\": \"linux\"}".getBytes(StandardCharsets.UTF_8);
        pushWhole(config);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] layer = new byte[round % ROUNDS_A_LARGE_BLOB == 0 ? LARGE : SMALL];
            random.nextBytes(layer);
            if (round / 2 % 2 == 0) { // large ones in both ways too
                pushStreamed(layer);
            } else {
                pushWhole(layer);
            }
            pushManifest(round, config, layer);
            pull(round, layer);
        }
    }

    /** As Docker pushes. */
    private void pushStreamed(byte[] blob) throws IOException, InterruptedException {
        URI upload = startUpload();
        BodyPublisher body = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(blob)); // its length is not told
        HttpResponse<byte[]> appended = call("PATCH", upload, "application/octet-stream", body, 202);
        call("PUT", closing(location(appended), blob), "application/octet-stream", BodyPublishers.noBody(), 201);
    }

    private void pushWhole(byte[] blob) throws IOException, InterruptedException {
        call("PUT", closing(startUpload(), blob), "application/octet-stream", BodyPublishers.ofByteArray(blob), 201);
    }

    private URI startUpload() throws IOException, InterruptedException {
        return location(call(
                "POST", registry.resolve("blobs/uploads/"), "application/octet-stream", BodyPublishers.noBody(), 202));
    }

    private URI location(HttpResponse<byte[]> answer) {
        return registry.resolve(answer.headers().firstValue("Location").orElseThrow());
    }

    private static URI closing(URI upload, byte[] blob) {
        return URI.create(upload + "?digest=" + digest(blob));
    }

    private void pushManifest(int round, byte[] config, byte[] layer) throws IOException, InterruptedException {
        String manifest = MANIFEST.formatted(
                MANIFEST_TYPE, round, digest(config), config.length, digest(layer), layer.length);
        for (String reference : new String[] {
            "tag-" + round, digest(manifest.getBytes(StandardCharsets.UTF_8)).toString()
        }) {
            call("PUT", registry.resolve("manifests/" + reference), MANIFEST_TYPE, BodyPublishers.ofString(manifest), 201);
        }
    }

    private void pull(int round, byte[] layer) throws IOException, InterruptedException {
        URI manifest = registry.resolve("manifests/tag-" + round);
        String digest = get("HEAD", manifest).headers().firstValue("Docker-Content-Digest").orElseThrow();
        get("GET", manifest);
        get("GET", registry.resolve("./manifests/" + digest));
        get("HEAD", registry.resolve("./blobs/" + digest(layer)));
        get("GET", registry.resolve("./blobs/" + digest(layer)));
        get("GET", registry.resolve("tags/list"));
        get("GET", registry.resolve("tags/list?n=10"));
    }

    private HttpResponse<byte[]> get(String method, URI address) throws IOException, InterruptedException {
        return call(method, address, MANIFEST_TYPE, BodyPublishers.noBody(), 200);
    }

    private HttpResponse<byte[]> call(String method, URI address, String type, BodyPublisher body, int status)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .method(method, body)
                .header("Content-Type", type)
                .header("Accept", MANIFEST_TYPE)
                .build();
        HttpResponse<byte[]> answer = client.send(request, BodyHandlers.ofByteArray());
        if (answer.statusCode() != status) {
            throw new IOException("%s %s was answered %d: %s"
                    .formatted(method, address, answer.statusCode(), new String(answer.body(), StandardCharsets.UTF_8)));
        }
        return answer;
    }

    private static Digest digest(byte[] content) {
        return Digest.ofContent(DigestAlgorithm.SHA256, content);
    }
}
