package dev.strata.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.strata.model.Digests;
import dev.strata.model.ManifestText;
import dev.strata.model.ManifestText.Extras;
import dev.strata.model.ManifestText.Part;
import dev.strata.testing.Size;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.Map;

/** Each way in which clients have ended the process, or held up everybody else, to be done again and again. */
final class Abuses {

    private static final int TAGS = Size.of("strata.soak.tags", 3_000, 100_000);
    private static final int SPARSE_IMAGES = Size.of("strata.soak.sparse-images", 4, 200);
    private static final int SPARSE_LAYERS = 10_000;
    private static final int MANY_IMAGES = Size.of("strata.soak.many-images", 300, 20_000);
    private static final int CONNECTIONS = Size.of("strata.soak.connections", 40, 400);
    private static final long EXPLODED = (long) Size.of("strata.soak.exploded-megabytes", 128, 4_096) << 20;
    private static final int WINDOWED = Size.of("strata.soak.windowed-megabytes", 4, 66) << 20;
    private static final int TAGS_AT_ONCE = 20;
    private static final int FILLERS = 4;
    private static final int LONGEST_WINDOW_LOG = 27;
    private static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
    private static final byte[] CONFIG = "{\"architecture\":\"amd64\",\"os\":\"linux\"}".getBytes(UTF_8);
    private static final byte[] SHARED = "what all images name".getBytes(UTF_8);

    private final Wire wire;
    private final int port;
    private final AtomicLong next = new AtomicLong();
    private final Map<String, String> findings = new ConcurrentHashMap<>();

    Abuses(int port) {
        this.port = port;
        this.wire = new Wire(port);
    }

    /** Once more of something. */
    interface Abuse {
        void again() throws IOException, InterruptedException;
    }

    /** By name; several clients do each. */
    Map<String, Abuse> all() {
        return Map.of(
                "whole lists of tags", this::wholeLists,
                "tags that are pushed meanwhile", this::moreTags,
                "clients that do not read", this::unreadAnswers,
                "layers that explode", this::explodingLayers,
                "a blob of very many images that is deleted", this::deletedBlob,
                "half a head", this::halfHeads,
                "half a body", this::halfBodies,
                "an environment of a megabyte", this::largeEnvironment,
                "a history that is one long line", this::longHistory,
                "large questions about the savings", this::largeReports);
    }

    /** One of each kind that went wrong. */
    Map<String, String> findings() {
        return findings;
    }

    /** Puts there what the abuses are about. */
    void fill() throws Exception {
        for (String repository : List.of("soak/tags", "soak/sparse", "soak/many", "soak/odd", "soak/bombs")) {
            send(OddRequest.blob(repository, CONFIG));
            send(OddRequest.blob(repository, SHARED));
        }
        List<Runnable> pushes = new ArrayList<>();
        for (int first = 0; first < TAGS; first += TAGS_AT_ONCE) {
            int from = first;
            pushes.add(() -> pushTags("t", from));
        }
        for (int number = 0; number < SPARSE_IMAGES; number++) {
            int image = number;
            pushes.add(() -> send(OddRequest.manifest("soak/sparse", "s" + image, sparse(image))));
        }
        for (int number = 0; number < MANY_IMAGES; number++) {
            int image = number;
            pushes.add(() -> send(OddRequest.manifest("soak/many", "m" + image, small(image))));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(FILLERS)) {
            for (Future<?> push : pushes.stream().map(threads::submit).toList()) {
                push.get();
            }
        }
        send(OddRequest.blob("soak/bombs", ZstdFrame.bomb(EXPLODED, LONGEST_WINDOW_LOG)));
        send(OddRequest.blob("soak/bombs", ZstdFrame.bomb(EXPLODED, 20)));
    }

    private Wire.Reply send(OddRequest request) {
        Wire.Reply reply = wire.send(request);
        if (reply.status() >= 500) {
            String place = request.target().replaceAll("\\?.*", "").replaceAll("sha\\d+:[0-9a-f]+|\\d+", "…");
            findings.putIfAbsent(reply.status() + " for " + request.method() + " " + place, request + "\n---\n" + reply.text());
        }
        return reply;
    }

    private void pushTags(String prefix, int first) {
        ManifestText image = small(0);
        String tags = IntStream.range(first, first + TAGS_AT_ONCE)
                .mapToObj(tag -> "tag=" + prefix + tag)
                .collect(Collectors.joining("&"));
        send(OddRequest.manifest("soak/tags", image.digest() + "?" + tags, image));
    }

    private static ManifestText small(int number) {
        return ManifestText.image(Part.of(CONFIG), List.of(Part.of(SHARED)), Extras.annotated("number", "n" + number));
    }

    /** One layer is there, and ten thousand that nobody has. */
    private static ManifestText sparse(int number) {
        List<Part> layers = new ArrayList<>(List.of(Part.of(SHARED)));
        for (int layer = 1; layer < SPARSE_LAYERS; layer++) {
            layers.add(new Part("sha256:%032x%032x".formatted(number, layer), 7));
        }
        return ManifestText.image(Part.of(CONFIG), layers, Extras.annotated("number", "n" + number));
    }

    private void wholeLists() {
        send(OddRequest.get("/v2/soak/tags/tags/list"));
    }

    private void moreTags() {
        pushTags("u", (int) next.getAndAdd(TAGS_AT_ONCE));
    }

    private void unreadAnswers() throws IOException, InterruptedException {
        List<String> targets = List.of(
                "/v2/soak/tags/tags/list", "/v2/soak/sparse/manifests/s0", "/v2/soak/many/tags/list",
                "/api/savings/repositories/soak/sparse/image?reference=s0",
                "/api/savings/repositories/soak/tags/tags?n=1000", "/api/savings/layers?depth=16&breadth=100");
        List<String> heads = IntStream.range(0, CONNECTIONS)
                .mapToObj(client -> "GET " + targets.get(client % targets.size()) + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n")
                .toList();
        hold(heads, "", 3_000);
    }

    private void halfHeads() throws IOException, InterruptedException {
        String half = "GET /v2/soak/tags/tags/list HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nX-Long: " + "y".repeat(6_000);
        hold(IntStream.range(0, CONNECTIONS).mapToObj(_ -> half).toList(), "z", 3_000);
    }

    private void halfBodies() throws IOException, InterruptedException {
        List<String> heads = IntStream.range(0, CONNECTIONS)
                .mapToObj(client -> switch (client % 3) {
                    case 0 -> "PUT /v2/soak/odd/manifests/half HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nContent-Type: "
                            + ManifestText.INDEX + "\r\nContent-Length: 7000000\r\n\r\n{\"manifests\":[" + "{},".repeat(5_000);
                    case 1 -> "POST /v2/soak/odd/_strata/cache/resolve HTTP/1.1\r\nHost: 127.0.0.1:" + port
                            + "\r\nTransfer-Encoding: chunked\r\n\r\n4000\r\n" + "{\"a\":".repeat(3_000);
                    default -> "POST /api/savings/freed HTTP/1.1\r\nHost: 127.0.0.1:" + port
                            + "\r\nContent-Length: 900000\r\n\r\n{\"repositories\":[" + "\"a\",".repeat(4_000);
                })
                .toList();
        hold(heads, " ", 3_000);
    }

    /** Opens a connection for each beginning, adds a little to it from time to time, and gives all of them up. */
    private void hold(List<String> beginnings, String more, int milliseconds) throws IOException, InterruptedException {
        List<Socket> connections = new ArrayList<>();
        try {
            for (String beginning : beginnings) {
                Socket connection = new Socket();
                connections.add(connection);
                try {
                    connection.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                } catch (ConnectException full) {
                    break; // they have all connections that the server accepts; whether others get one shows beside it
                }
                write(connection, beginning);
            }
            for (int waited = 0; waited < milliseconds; waited += 500) {
                Thread.sleep(500);
                connections.forEach(connection -> write(connection, more));
            }
        } finally {
            for (Socket connection : connections) {
                connection.close();
            }
        }
    }

    /** The server may have had enough of it. */
    private static void write(Socket connection, String text) {
        try {
            connection.getOutputStream().write(text.getBytes(ISO_8859_1));
        } catch (IOException closed) {
            // that is an answer as well
        }
    }

    private void explodingLayers() {
        long number = next.getAndIncrement();
        byte[] layer = switch ((int) (number % 3)) {
            case 0 -> ZstdFrame.bomb(EXPLODED, LONGEST_WINDOW_LOG);
            case 1 -> ZstdFrame.bomb(EXPLODED, 20);
            default -> windowed(number);
        };
        if (number % 3 == 2) {
            send(OddRequest.blob("soak/bombs", layer));
        }
        String step = """
                {"argv":["n%d"],"op":"run","parent":null,"platform":"linux/amd64","v":1}""".formatted(number);
        String entry = """
                {"step":%s,"layer":{"mediaType":"application/vnd.oci.image.layer.v1.tar+zstd","digest":"%s","size":%d},\
                "diff_id":"%s","exec_ms":1,"builder":"soak","scope":"pr"}""".formatted(
                step, Digests.sha256(layer), layer.length, Digests.sha256(step.getBytes(UTF_8)));
        send(new OddRequest(
                "PUT",
                "/v2/soak/bombs/_strata/cache/entries/" + Digests.sha256(step.getBytes(UTF_8)),
                List.of(),
                entry.getBytes(UTF_8)));
    }

    /** What {@code zstd --long=27} makes of content that does not compress; at full size it is verified in the background. */
    private static byte[] windowed(long number) {
        return ZstdFrame.stored(new Choice(new java.util.SplittableRandom(number)).bytes(WINDOWED), LONGEST_WINDOW_LOG);
    }

    private void deletedBlob() throws InterruptedException {
        for (String repository : List.of("soak/sparse", "soak/many")) {
            send(new OddRequest("DELETE", "/v2/" + repository + "/blobs/" + Digests.sha256(SHARED), List.of(), new byte[0]));
            Thread.sleep(200);
            send(OddRequest.blob(repository, SHARED));
        }
    }

    private void largeEnvironment() {
        long number = next.getAndIncrement();
        String runs = IntStream.range(0, 100)
                .mapToObj(run -> "{\"created_by\":\"/bin/sh -c step " + number + " " + run + "\"}")
                .collect(Collectors.joining(","));
        String diffIds = IntStream.range(0, 100)
                .mapToObj(run -> "\"sha256:%032x%032x\"".formatted(number, run))
                .collect(Collectors.joining(","));
        String value = "v".repeat(1_000_000);
        push("e" + number % 20, """
                {"architecture":"amd64","os":"linux","config":{"Env":["A=%s"]},"rootfs":{"type":"layers","diff_ids":[%s]},\
                "history":[{"created_by":"/bin/sh -c #(nop)  ENV A=%s","empty_layer":true},%s]}"""
                .formatted(value, diffIds, value, runs), 100);
    }

    private void longHistory() {
        long number = next.getAndIncrement();
        String line = number % 2 == 0 ? "ENV A=x" + " x".repeat(400_000) : "WORKDIR " + "a/".repeat(200_000);
        push("h" + number % 20, """
                {"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["%s"]},"history":[\
                {"created_by":"/bin/sh -c #(nop)  %s","empty_layer":true},{"created_by":"/bin/sh -c make %d"}]}"""
                .formatted(Digests.sha256(line.getBytes(UTF_8)), line, number), 1);
    }

    private void push(String tag, String config, int layers) {
        byte[] content = config.getBytes(UTF_8);
        send(OddRequest.blob("soak/odd", content));
        String layer = "{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\",\"digest\":\"%s\",\"size\":%d}"
                .formatted(Digests.sha256(SHARED), SHARED.length);
        String manifest = """
                {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"%s","digest":"%s","size":%d},"layers":[%s]}"""
                .formatted(ManifestText.IMAGE, CONFIG_TYPE, Digests.sha256(content), content.length,
                        String.join(",", java.util.Collections.nCopies(layers, layer)));
        send(new OddRequest(
                "PUT", "/v2/soak/odd/manifests/" + tag, List.of("Content-Type: " + ManifestText.IMAGE), manifest.getBytes(UTF_8)));
    }

    private void largeReports() {
        String names = IntStream.range(0, 10_000).mapToObj(tag -> "\"t" + tag + "\"").collect(Collectors.joining(","));
        String question = "{\"repositories\":[\"soak/many\",\"soak/sparse\"],\"tags\":[{\"repository\":\"soak/tags\",\"names\":["
                + names + "]}]}";
        send(new OddRequest("POST", "/api/savings/freed", List.of(), question.getBytes(UTF_8)));
        send(OddRequest.get("/api/savings/repositories/soak/tags/tags?n=1000&sort=freed"));
        send(OddRequest.get("/api/savings/repositories/soak/sparse/image?reference=s1"));
        send(OddRequest.get("/v2/soak/tags/_strata/cache/layer?parent=t1&platform=linux/amd64&instruction=RUN+x"));
    }
}
