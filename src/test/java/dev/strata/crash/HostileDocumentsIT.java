package dev.strata.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.model.Digests;
import dev.strata.model.ManifestText;
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
                "arrays", index("\"x\":[%s0]".formatted("[],".repeat(SIZE / 3))),
                "texts", index("\"x\":[%s0]".formatted("\"\",".repeat(SIZE / 3))),
                "numbers", index("\"x\":[%s0]".formatted("99,".repeat(SIZE / 3))),
                "names", index("\"annotations\":{%s}".formatted(IntStream.range(0, SIZE / 16)
                        .mapToObj("\"%d\":\"b\""::formatted)
                        .collect(Collectors.joining(",")))),
                "one text", index("\"x\":\"%s\"".formatted("é".repeat(SIZE / 2))),
                "many parts", manyParts()));
        try (KillableServer server = KillableServer.start(data);
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            for (Map.Entry<String, byte[]> document : documents.entrySet()) {
                List<Future<Integer>> answers = new ArrayList<>();
                for (int client = 0; client < CLIENTS; client++) {
                    String target = "/v2/hostile/r" + client % 3 + "/manifests/t" + client;
                    answers.add(clients.submit(() -> server.calls()
                            .send("PUT", target, BodyPublishers.ofByteArray(document.getValue()),
                                    "Content-Type", ManifestText.INDEX)
                            .status()));
                }
                for (Future<Integer> answer : answers) {
                    assertThat(answer.get()).as(document.getKey()).isIn(201, 400, 429);
                }
            }
            byte[] config = ("{\"rootfs\":{\"diff_ids\":[]},\"x\":[%s0]}".formatted("{},".repeat(SIZE / 3))).getBytes(UTF_8);
            server.calls().pushBlob("hostile/config", config).expect(201);
            List<Future<Integer>> images = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                ManifestText image = ManifestText.image(
                        ManifestText.Part.of(config), List.of(), ManifestText.Extras.annotated("client", "c" + client));
                String tag = "t" + client;
                images.add(clients.submit(() ->
                        server.calls().putManifest("hostile/config", tag, image).status()));
            }
            for (Future<Integer> image : images) {
                assertThat(image.get()).isEqualTo(201);
            }
            byte[] blob = "still here".getBytes(UTF_8);
            server.calls().pushBlob("hostile/after", blob).expect(201);
            assertThat(server.calls().get("/v2/hostile/after/blobs/" + Digests.sha256(blob)).body()).isEqualTo(blob);
        }
    }

    /** As many as an index may have, each as long as it is in practice. */
    private static byte[] manyParts() {
        return index("\"annotations\":{\"a\":\"b\"}", IntStream.range(0, 10_000)
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
