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
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.FileSystemUtils;

/**
 * Serves an empty registry and does with it what clients do, for some seconds. It is run once, when Strata is packaged:
 * with {@code -XX:AOTCacheOutput} Java keeps what a start loads, and how often each part of a request's code ran. A
 * server that has this compiles that code at once instead of after its first thousands of requests.
 */
final class Rehearsal {

    /** After so many, what is compiled is what matters. Tests do with fewer. */
    static final int ROUNDS = 400;
    /** With a login there is more to load, and nothing else that has to be compiled. */
    private static final int ROUNDS_WITH_LOGIN = 20;

    private static final String PASSWORD = "rehearsal";
    private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");
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
    /** In order; each is shown by one request after the other. */
    private final List<String> credentials = new ArrayList<>();

    private final SplittableRandom random = new SplittableRandom(1);

    private Rehearsal(HttpClient client, URI registry) {
        this.client = client;
        this.registry = registry;
    }

    /** Returns when it is over and nothing of it is left but what Java writes when the process ends. */
    static void run(int rounds) throws IOException, InterruptedException {
        on(rehearsal -> rehearsal.perform(rounds));
        on(
                rehearsal -> {
                    rehearsal.logIn();
                    rehearsal.perform(Math.min(rounds, ROUNDS_WITH_LOGIN));
                },
                "--strata.access.admin-password=" + PASSWORD);
    }

    private interface Part {
        void play(Rehearsal rehearsal) throws IOException, InterruptedException;
    }

    private static void on(Part part, String... settings) throws IOException, InterruptedException {
        Path data = Files.createTempDirectory("strata-rehearsal");
        List<String> arguments = new ArrayList<>(List.of("--server.port=0", "--strata.data-dir=" + data));
        arguments.addAll(List.of(settings));
        try (ConfigurableApplicationContext context =
                        SpringApplication.run(Strata.class, arguments.toArray(String[]::new));
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            String port = context.getEnvironment().getRequiredProperty("local.server.port");
            part.play(new Rehearsal(client, URI.create("http://127.0.0.1:" + port + "/v2/rehearsal/image/")));
        } finally {
            FileSystemUtils.deleteRecursively(data);
        }
    }

    /** As docker does it, and with a password and a token in turn from then on. */
    private void logIn() throws IOException, InterruptedException {
        credentials.add("Basic "
                + Base64.getEncoder().encodeToString(("admin:" + PASSWORD).getBytes(StandardCharsets.UTF_8)));
        HttpResponse<byte[]> answer = get(
                "GET", registry.resolve("/auth/token?offline_token=true&scope=repository:rehearsal/image:pull,push"));
        Matcher token = TOKEN.matcher(new String(answer.body(), StandardCharsets.UTF_8));
        if (!token.find()) {
            throw new IOException("There is no token in the answer");
        }
        credentials.add("Bearer " + token.group(1));
    }

    private void perform(int rounds) throws IOException, InterruptedException {
        byte[] config = "{\"architecture\": \"amd64\", \"os\": \"linux\"}".getBytes(StandardCharsets.UTF_8);
        pushWhole(config);
        for (int round = 0; round < rounds; round++) {
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
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .method(method, body)
                .header("Content-Type", type)
                .header("Accept", MANIFEST_TYPE);
        if (!credentials.isEmpty()) {
            request.header("Authorization", credentials.getFirst());
            Collections.rotate(credentials, 1);
        }
        HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
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
