package dev.strata.crash;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.model.Answer;
import dev.strata.model.Digests;
import dev.strata.model.ManifestText;
import dev.strata.model.RegistryCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** No client that is slow, or asks for much, ends the process or keeps others waiting. One has its default heap for all. */
class HostileClientsIT {

    /** Of names so long that the list is not kept in memory. */
    private static final int TAGS = Integer.getInteger("strata.test.tags", 20_000);
    private static final int TAGS_A_PUSH = 70;
    private static final int CLIENTS = 12;
    private static final Duration SOON = Duration.ofSeconds(20);
    /** On a busy machine everything takes longer, what nobody is in the way of too. */
    private static final int AS_OFTEN = 20;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path data;

    private static KillableServer server;

    @BeforeAll
    static void startServer() throws IOException {
        server = KillableServer.start(data);
    }

    @AfterAll
    static void endServer() {
        server.close();
    }

    @Test
    void manyAskForALongListWhileItChanges() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + 1)) {
            RegistryCalls calls = server.calls();
            byte[] manifest = index(0, 0);
            for (int from = 0; from < TAGS; from += TAGS_A_PUSH) {
                push(calls, manifest, IntStream.range(from, Math.min(TAGS, from + TAGS_A_PUSH)));
            }
            AtomicBoolean isOver = new AtomicBoolean();
            Future<Integer> pushing = threads.submit(() -> {
                int pushed = TAGS;
                for (; !isOver.get(); pushed++) {
                    push(calls, manifest, IntStream.of(pushed));
                }
                return pushed;
            });
            List<Future<Integer>> lists = IntStream.range(0, 2 * CLIENTS)
                    .mapToObj(client -> threads.submit(() -> tagsIn(calls.get("/v2/hostile/list/tags/list").expect(200))))
                    .toList();
            for (Future<Integer> list : lists) {
                assertThat(list.get()).isGreaterThanOrEqualTo(TAGS);
            }
            isOver.set(true);
            assertThat(tagsIn(calls.get("/v2/hostile/list/tags/list"))).isEqualTo(pushing.get());
            Answer page = calls.get("/v2/hostile/list/tags/list?n=" + (TAGS - 1)).expect(200);
            assertThat(tagsIn(page)).isEqualTo(TAGS - 1);
            assertThat(page.header("Link")).contains("last=" + tag(TAGS - 2));
        }
    }

    @Test
    void manyAskForMuchAndDoNotRead() throws Exception {
        int documents = 40;
        List<Socket> sockets = new ArrayList<>();
        try {
            RegistryCalls calls = server.calls();
            byte[] small = index(0, 0);
            Duration usual = serve(calls, "unread", small);
            for (int document = 0; document < documents; document++) {
                calls.send("PUT", "/v2/hostile/unread/manifests/t" + document,
                        BodyPublishers.ofByteArray(index(document, 6_000_000)), "Content-Type", ManifestText.INDEX)
                        .expect(201);
            }
            for (int round = 0; round < 3; round++) {
                for (int document = 0; document < documents; document++) {
                    ask(sockets, "GET /v2/hostile/unread/manifests/t" + document);
                }
            }
            assertIsServed(calls, "unread", small, usual);
        } finally {
            close(sockets);
        }
    }

    /** The heads are nearly as long as they may be, and the bodies as well. */
    @Test
    void manySendHalfARequest() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try {
            RegistryCalls calls = server.calls();
            byte[] small = index(0, 0);
            Duration usual = serve(calls, "half", small);
            byte[] head = ("GET /v2/ HTTP/1.1\r\nHost: localhost\r\nX-Long: " + "x".repeat(28_000)).getBytes(US_ASCII);
            for (int connection = 0; connection < 1_500; connection++) {
                open(sockets).getOutputStream().write(head);
            }
            byte[] body = new byte[1_000_000];
            for (int connection = 0; connection < 100; connection++) {
                Socket socket = open(sockets);
                socket.getOutputStream().write(("PUT /v2/hostile/half/manifests/t HTTP/1.1\r\nHost: localhost\r\n"
                        + "Content-Type: " + ManifestText.INDEX + "\r\nContent-Length: 8000000\r\n\r\n").getBytes(US_ASCII));
                socket.getOutputStream().write(body, 0, connection % 2 == 0 ? 10 : 100_000);
            }
            assertIsServed(calls, "half", small, usual);
        } finally {
            close(sockets);
        }
    }

    /** A body of a few bytes is cut off, and takes nobody's room meanwhile. */
    @Test
    void aBodyThatDripsIsCutOff() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try {
            Socket dripping = open(sockets);
            dripping.setSoTimeout(Math.toIntExact(Duration.ofMinutes(1).toMillis()));
            dripping.getOutputStream().write(("PUT /v2/hostile/drip/manifests/t HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Type: " + ManifestText.INDEX + "\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n").getBytes(US_ASCII));
            byte[] large = index(1, 6_000_000);
            for (int push = 0; push < 5; push++) {
                server.calls().send("PUT", "/v2/hostile/drip/manifests/large" + push, BodyPublishers.ofByteArray(large),
                        "Content-Type", ManifestText.INDEX).expect(201);
            }
            assertThat(new String(dripping.getInputStream().readAllBytes(), UTF_8))
                    .startsWith("HTTP/1.1 408 ")
                    .contains("\"code\":\"UNSUPPORTED\"");
        } finally {
            close(sockets);
        }
    }

    /** @param usual how long that took while nobody was in the way */
    private static void assertIsServed(RegistryCalls calls, String repository, byte[] small, Duration usual)
            throws IOException {
        assertThat(serve(calls, repository, small)).isLessThan(SOON.plus(usual.multipliedBy(AS_OFTEN)));
    }

    /** How long it takes to push and pull something small. */
    private static Duration serve(RegistryCalls calls, String repository, byte[] small) throws IOException {
        long start = System.nanoTime();
        String manifests = "/v2/hostile/" + repository + "/manifests/";
        byte[] blob = "still here".getBytes(UTF_8);
        calls.pushBlob("hostile/" + repository, blob).expect(201);
        assertThat(calls.get("/v2/hostile/" + repository + "/blobs/" + Digests.sha256(blob)).body()).isEqualTo(blob);
        calls.send("PUT", manifests + "small", BodyPublishers.ofByteArray(small), "Content-Type", ManifestText.INDEX)
                .expect(201);
        assertThat(calls.get(manifests + "small").expect(200).body()).isEqualTo(small);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static Socket open(List<Socket> sockets) throws IOException {
        sockets.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
        return sockets.getLast();
    }

    private static void ask(List<Socket> sockets, String request) throws IOException {
        Socket socket = open(sockets);
        socket.getOutputStream().write((request + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(US_ASCII));
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private static void push(RegistryCalls calls, byte[] manifest, IntStream tags) throws IOException {
        String query = tags.mapToObj(number -> "tag=" + tag(number)).collect(Collectors.joining("&"));
        calls.send("PUT", "/v2/hostile/list/manifests/" + Digests.sha256(manifest) + "?" + query,
                BodyPublishers.ofByteArray(manifest), "Content-Type", ManifestText.INDEX).expect(201);
    }

    private static String tag(int number) {
        return "%08d".formatted(number) + "x".repeat(112);
    }

    private static int tagsIn(Answer answer) {
        String text = new String(answer.body(), US_ASCII);
        assertThat(text).startsWith("{\"name\":\"hostile/list\",\"tags\":[\"" + tag(0)).endsWith("\"]}");
        return (int) text.chars().filter(character -> character == ',').count();
    }

    private static byte[] index(int number, int padding) {
        return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[],\"annotations\":{\"n\":\"%d%s\"}}"
                .formatted(ManifestText.INDEX, number, "p".repeat(padding))
                .getBytes(UTF_8);
    }
}
