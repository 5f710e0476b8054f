package dev.strata.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.model.Digests;
import dev.strata.model.ManifestText;
import dev.strata.model.RegistryCalls;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** No document that a client sends, and no number of them at once, takes more memory than the server has. */
class HostileDocumentsIT {

    private static final int CLIENTS = 10;
    /** What a manifest may have, less what stands around it. */
    private static final int SIZE = 8_000_000;

    @Test
    void theServerOutlivesThem(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path data) throws Exception {
        Map<String, byte[]> documents = new TreeMap<>(Map.of(
                "objects", index("\"x\":[%s0]".formatted("{},".repeat(SIZE / 3))),
                "texts", index("\"x\":[%s0]".formatted("\"\",".repeat(SIZE / 3))),
                "names", index("\"annotations\":{%s}".formatted(IntStream.range(0, SIZE / 16)
                        .mapToObj("\"%d\":\"b\""::formatted)
                        .collect(Collectors.joining(",")))),
                "one text", index("\"x\":\"%s\"".formatted("é".repeat(SIZE / 2))),
                "many parts", manyParts(0)));
        try (KillableServer server = KillableServer.start(data);
                ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            RegistryCalls calls = server.calls();
            for (Map.Entry<String, byte[]> document : documents.entrySet()) {
                assertThat(all(threads, client -> push(calls, "hostile/r" + client % 3, "t" + client, document.getValue())))
                        .as(document.getKey())
                        .isSubsetOf(201, 400, 429);
            }
            assertThat(all(threads, client -> push(calls, "hostile/read", "t" + client, manyParts(client))))
                    .isSubsetOf(201, 429);
            assertThat(all(threads, client -> calls.get("/v2/hostile/read/manifests/t" + client).status()))
                    .isSubsetOf(200, 404, 429);
            assertThat(all(threads, client -> resolve(calls, "hostile/read", "t" + client))).isSubsetOf(200, 429);

            byte[] config = "{\"rootfs\":{\"diff_ids\":[]},\"x\":[%s0]}".formatted("{},".repeat(SIZE / 3)).getBytes(UTF_8);
            calls.pushBlob("hostile/config", config).expect(201);
            assertThat(all(threads, client -> calls.putManifest("hostile/config", "t" + client, ManifestText.image(
                                    ManifestText.Part.of(config),
                                    List.of(),
                                    ManifestText.Extras.annotated("client", "c" + client)))
                            .status()))
                    .containsOnly(201);

            byte[] blob = "still here".getBytes(UTF_8);
            calls.pushBlob("hostile/after", blob).expect(201);
            assertThat(calls.get("/v2/hostile/after/blobs/" + Digests.sha256(blob)).body()).isEqualTo(blob);
        }
    }

    private interface Attempt {
        /** Returns the answer's status. */
        int by(int client) throws IOException;
    }

    /** What all clients are answered who try it at once. */
    private static List<Integer> all(ExecutorService threads, Attempt attempt) throws Exception {
        List<Future<Integer>> answers = IntStream.range(0, CLIENTS)
                .mapToObj(client -> threads.submit(() -> attempt.by(client)))
                .toList();
        List<Integer> statuses = new ArrayList<>();
        for (Future<Integer> answer : answers) {
            statuses.add(answer.get());
        }
        return statuses;
    }

    private static int push(RegistryCalls calls, String repository, String tag, byte[] index) throws IOException {
        return calls.send(
                        "PUT",
                        "/v2/" + repository + "/manifests/" + tag,
                        BodyPublishers.ofByteArray(index),
                        "Content-Type",
                        ManifestText.INDEX)
                .status();
    }

    /** Asks the layer cache for a build that starts from an image. */
    private static int resolve(RegistryCalls calls, String repository, String base) throws IOException {
        String build = """
                {"platform":"linux/amd64","stages":[{"name":"final","base":{"reference":"%s"},\
                "steps":[{"op":"run","argv":["true"]}]}]}""".formatted(base);
        return calls.send(
                        "POST", "/v2/" + repository + "/_strata/cache/resolve", BodyPublishers.ofString(build))
                .status();
    }

    /** As many as an index may have, each as long as it is in practice. */
    private static byte[] manyParts(int client) {
        return index("\"annotations\":{\"client\":\"%d\"}".formatted(client), IntStream.range(0, 10_000)
                .mapToObj(number -> """
                        {"mediaType":"%s","digest":"%s","size":7,"platform":{"os":"linux","architecture":"amd64"},\
                        "annotations":{"org.example.name":"%s"}}""".formatted(
                        ManifestText.IMAGE, Digests.sha256(new byte[] {(byte) number, (byte) (number >> 8)}), "n".repeat(400)))
                .collect(Collectors.joining(",")));
    }

    private static byte[] index(String more) {
        return index(more, "");
    }

    private static byte[] index(String more, String manifests) {
        return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s],%s}"
                .formatted(ManifestText.INDEX, manifests, more)
                .getBytes(UTF_8);
    }
}
