package dev.strata.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A second process, in which images are deleted and given up that have many blobs, in each round some. Clients pull and push
 * in turn: for a while before the blobs are collected, while they are, and after it. So a machine that slows down slows
 * both.
 */
final class Collecting {

    private static final int CLIENTS = 2;
    private static final int STORE_FOR_ONE = 10;
    private static final int BLOBS_A_MANIFEST = 1_000;
    private static final String LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";
    private static final String WORK = "bench/beside";
    private static final int WARM_UPS = 10;
    /** How many windows make the rate without a collection, each before it and after it. */
    private static final int WINDOWS = 3;
    /** Files follow their rows by some seconds, and so the end of a collection is a pause. */
    private static final double MEASURED_SHARE = 0.9;
    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final Duration REST_LIMIT = Duration.ofMinutes(2);

    private final int manifests;
    private final int rounds;
    private final List<String> digests = new ArrayList<>();
    private final List<Figures> figures = new ArrayList<>();
    private final List<Blob> pushed = new ArrayList<>();
    private RunningServer server;
    private Image image;

    Collecting(int garbage, int rounds) {
        this.manifests = Math.max(rounds, garbage / BLOBS_A_MANIFEST);
        this.rounds = rounds;
    }

    /**
     * Of one round.
     *
     * @param pulls the rate beside the collection, of that without it
     * @param pushes the same
     */
    record Figures(double pulls, double pushes, double blobsPerSecond) {
    }

    int garbage() {
        return manifests * BLOBS_A_MANIFEST;
    }

    long blobs() {
        return (long) garbage() * STORE_FOR_ONE;
    }

    /** Makes the store and starts a server on it, the first time. */
    void begin(Target target) throws IOException, InterruptedException {
        if (server != null) {
            return;
        }
        String directory = "collection-store";
        new CollectionStore(blobs(), garbage()).make(target.workspace().directory().resolve(directory).resolve("data"));
        Strata strata = (Strata) target.running().server();
        server = RunningServer.resume(
                strata.with("--strata.upkeep.scrub=0"), target.workspace(), directory);
        image = Image.small(target.fixture().contents());
        Clients.run(server.address(), 1, (connection, _) -> {
            RegistryClient registry = target.client(connection);
            for (Blob layer : image.layers()) {
                registry.pushWhole(WORK, layer);
            }
            registry.pushWhole(WORK, image.config());
            registry.putManifest(WORK, Fixture.IMAGE_TAG, image.manifest(0));
            registry.pushWhole(CollectionStore.GARBAGE, image.config());
            for (int number = 0; number < manifests; number++) {
                byte[] manifest = garbageManifest(number);
                registry.putManifest(CollectionStore.GARBAGE, "v" + number, manifest);
                digests.add(Blob.of(manifest).digest());
            }
            return manifests;
        });
        for (int i = 0; i < WARM_UPS; i++) {
            pull(target);
            push(target);
        }
    }

    private byte[] garbageManifest(int number) {
        String layers = IntStream.range(number * BLOBS_A_MANIFEST, (number + 1) * BLOBS_A_MANIFEST)
                .mapToObj(blob -> descriptor(LAYER_TYPE, "sha256:" + CollectionStore.hex(blob), CollectionStore.SIZE))
                .collect(Collectors.joining(","));
        String config = descriptor(
                "application/vnd.oci.image.config.v1+json", image.config().digest(), image.config().size());
        return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
                .formatted(RegistryClient.MANIFEST_TYPE, config, layers).getBytes(StandardCharsets.UTF_8);
    }

    private static String descriptor(String type, String digest, long size) {
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}".formatted(type, digest, size);
    }

    /** What a round has come to; it is measured when it is asked for first. */
    Figures round(Target target, int number) throws IOException, InterruptedException {
        while (figures.size() <= number) {
            figures.add(measure(target, figures.size()));
            BlobFiles.empty(server.data(), pushed);
            pushed.clear();
        }
        return figures.get(number);
    }

    private Figures measure(Target target, int round) throws IOException, InterruptedException {
        Rates without = new Rates();
        Rates beside = new Rates();
        for (int i = 0; i < WINDOWS; i++) {
            without.add(target);
        }
        List<String> leaving = digests.subList(manifests * round / rounds, manifests * (round + 1) / rounds);
        double before = collected();
        double wanted = (double) leaving.size() * BLOBS_A_MANIFEST;
        long begin = System.nanoTime();
        giveUp(leaving);
        do {
            if (System.nanoTime() - begin > LIMIT.toNanos()) {
                throw new CaseFailedException("only %,.0f of %,.0f blobs were collected in %d s"
                        .formatted(collected() - before, wanted, LIMIT.toSeconds()));
            }
            beside.add(target);
        } while (collected() - before < wanted * MEASURED_SHARE);
        double blobsPerSecond = (collected() - before) / ((System.nanoTime() - begin) / 1e9);
        awaitCollected(before + wanted);
        for (int i = 0; i < WINDOWS; i++) {
            without.add(target);
        }
        target.note("pulls and pushes of images beside a collection: %,.0f and %,.0f a second, and %,.0f and %,.0f without it"
                .formatted(beside.pulls(), beside.pushes(), without.pulls(), without.pushes()));
        return new Figures(beside.pulls() / without.pulls(), beside.pushes() / without.pushes(), blobsPerSecond);
    }

    /** Pulls and pushes in turn, for as long as each other. */
    private final class Rates {

        private double pulls;
        private double pushes;
        private int windows;

        void add(Target target) throws IOException, InterruptedException {
            pulls += pull(target).perSecond();
            pushes += push(target).perSecond();
            windows++;
        }

        double pulls() {
            return pulls / windows;
        }

        double pushes() {
            return pushes / windows;
        }
    }

    /** A manifest by its tag, and all that it names. */
    private Clients.Throughput pull(Target target) throws IOException, InterruptedException {
        byte[] manifest = Request.get(RegistryClient.manifestPath(WORK, Fixture.IMAGE_TAG))
                .with("Accept", RegistryClient.MANIFEST_TYPE).encode(server.address());
        List<byte[]> requests = new ArrayList<>(List.of(manifest));
        image.layers().forEach(
                layer -> requests.add(Request.get(RegistryClient.blobPath(WORK, layer)).encode(server.address())));
        requests.add(Request.get(RegistryClient.blobPath(WORK, image.config())).encode(server.address()));
        return Clients.run(server.address(), CLIENTS, target.scale().window(), (connection, _, window) -> {
            long done = 0;
            for (; window.isOpen(); done++) {
                for (byte[] request : requests) {
                    Answer answer = connection.exchange(request);
                    connection.drain(answer);
                    if (answer.status() != 200) {
                        throw new CaseFailedException("a part of an image: " + answer.lines());
                    }
                }
            }
            return done;
        });
    }

    /** A new layer, and a manifest for it. */
    private Clients.Throughput push(Target target) throws IOException, InterruptedException {
        return Clients.run(server.address(), CLIENTS, target.scale().window(), (connection, _, window) -> {
            RegistryClient registry = target.client(connection);
            long done = 0;
            for (; window.isOpen(); done++) {
                Blob layer = target.fixture().contents().next(Contents.CHUNK);
                synchronized (pushed) {
                    pushed.add(layer);
                }
                registry.pushWhole(WORK, layer);
                registry.putManifest(WORK, "t-" + layer.hex(), new Image(List.of(layer), image.config()).manifest(0));
            }
            return done;
        });
    }

    /** Deletes images for good. */
    private void giveUp(List<String> leaving) throws IOException, InterruptedException {
        Clients.run(server.address(), 1, (connection, _) -> {
            for (String digest : leaving) {
                expect(202, connection, Request.delete(RegistryClient.manifestPath(CollectionStore.GARBAGE, digest)));
            }
            expect(200, connection, Request.of("POST", "/api/upkeep/empty").with("Content-Length", 0));
            return leaving.size();
        });
    }

    private static void expect(int status, Connection connection, Request request) throws IOException {
        Answer answer = connection.exchange(request);
        connection.drain(answer);
        if (answer.status() != status) {
            throw new CaseFailedException(request.method() + " " + request.path() + ": " + answer.lines());
        }
    }

    private void awaitCollected(double wanted) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (collected() < wanted) {
            if (System.nanoTime() - begin > REST_LIMIT.toNanos()) {
                throw new CaseFailedException("only %,.0f of %,.0f blobs were collected".formatted(collected(), wanted));
            }
            Thread.sleep(100);
        }
    }

    /** How many blobs the server has collected. */
    private double collected() throws IOException, InterruptedException {
        double[] count = {0};
        Clients.run(server.address(), 1, (connection, _) -> {
            Answer answer = connection.exchange(Request.get("/actuator/prometheus"));
            String metrics = new String(connection.content(answer), StandardCharsets.UTF_8);
            count[0] = metrics.lines()
                    .filter(line -> line.startsWith("strata_upkeep_collected_blobs_total"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
            return 1;
        });
        return count[0];
    }
}
