package dev.strata.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.crash.KillableServer;
import dev.strata.model.Digests;
import dev.strata.model.RegistryCalls;
import dev.strata.testing.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever comes in, at any endpoint: the server never says that the fault is its own, keeps nobody waiting, and goes on.
 * {@code -Dstrata.fuzz.seed} repeats a run, as far as the order of what happens at once does not matter.
 */
class FuzzIT {

    private static final long SEED = Long.getLong("strata.fuzz.seed", Size.isFull() ? System.nanoTime() : 1);
    private static final Duration TIME = Duration.ofSeconds(Size.of("strata.fuzz.seconds", 15, 600));
    private static final int CLIENTS = 4;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int HTTP_VERSION_NOT_SUPPORTED = 505;
    private static final int ENOUGH = 40;
    private static final int REFILLED_EVERY = 100;

    private final List<Endpoint> endpoints = Endpoint.all();
    private final World world = new World();
    private final AtomicLong next = new AtomicLong();
    private final Map<Integer, AtomicLong> statuses = new ConcurrentHashMap<>();
    /** One of each kind: where it was, by what was asked and answered. */
    private final Map<String, String> findings = new ConcurrentHashMap<>();

    @Test
    void theServerBearsEveryRequest(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path data) throws Exception {
        assertThat(endpoints).as("endpoints that were found").hasSizeGreaterThan(30);
        KillableServer server = KillableServer.start(data);
        List<String> heldUp = new ArrayList<>();
        try {
            fill(server);
            try (WriteProbe probe = WriteProbe.start(server, data)) {
                sendAll(server);
                heldUp.addAll(probe.heldUp());
                System.out.printf("fuzz: seed %d, %d requests, answers %s, %s%n",
                        SEED, next.get(), new TreeMap<>(statuses), probe.times());
            }
            requireWell(server, "at the end");
            server.kill();
            server.close();
            // What it accepted must not be too much for the next start either.
            server = KillableServer.start(data);
            readEverything(server);
            requireWell(server, "after the next start");
        } catch (IOException e) {
            throw new AssertionError("seed " + SEED + ": the server gave no answer\n" + report() + server.log(), e);
        } finally {
            server.close();
            Files.writeString(Files.createDirectories(Path.of("target", "crash")).resolve("fuzz-" + SEED + ".txt"), report());
        }
        assertThat(findings.keySet()).as("seed %d\n%s", SEED, report()).isEmpty();
        assertThat(heldUp).as("seed %d: writes that were held up", SEED).isEmpty();
        assertThat(statuses.keySet()).as("answers, so that requests get beyond the door").contains(200, 201, 400, 404);
    }

    private void fill(KillableServer server) {
        try (Wire wire = new Wire(server.port())) {
            for (OddRequest push : world.pushes()) {
                Wire.Reply reply = wire.send(push);
                assertThat(reply.status()).as("%s\n%s", push, reply.text()).isIn(200, 201);
            }
        }
    }

    private void sendAll(KillableServer server) throws Exception {
        long end = System.nanoTime() + TIME.toNanos();
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS); Wire wire = new Wire(server.port())) {
            List<Future<?>> clients = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                clients.add(threads.submit(() -> {
                    while (System.nanoTime() < end && server.isAlive() && findings.size() < ENOUGH) {
                        long number = next.getAndIncrement();
                        List<OddRequest> requests = number % REFILLED_EVERY == 0
                                ? world.pushes() : Mischief.requests(endpoints, world, SEED, number);
                        requests.forEach(request -> send(wire, number, request));
                    }
                }));
            }
            for (Future<?> client : clients) {
                client.get();
            }
        }
    }

    private void send(Wire wire, long number, OddRequest request) {
        Wire.Reply reply = wire.send(request);
        reply.upload().ifPresent(world::opened);
        statuses.computeIfAbsent(reply.status(), _ -> new AtomicLong()).incrementAndGet();
        if (reply.status() >= 500 && reply.status() != NOT_IMPLEMENTED && reply.status() != HTTP_VERSION_NOT_SUPPORTED) {
            String place = request.target().replaceAll("\\?.*", "").replaceAll("sha\\d+:[0-9a-f]+|[0-9a-f-]{36}|\\bt\\d+\\b", "…");
            findings.putIfAbsent(
                    reply.status() + " for " + request.method() + " " + place.substring(0, Math.min(place.length(), 120)),
                    "number " + number + "\n" + request + "\n--- answer\n" + reply.text());
        }
    }

    /** It lives, has logged no fault of its own, and does what it is there for. */
    private void requireWell(KillableServer server, String when) throws IOException {
        assertThat(server.isAlive()).as("seed %d: the server lives %s\n%s\n%s", SEED, when, server.log(), report()).isTrue();
        ServerLog.faults(server.log()).forEach(fault -> findings.putIfAbsent("logged " + when + ": " + fault, ""));
        byte[] blob = ("pushed " + when).getBytes(UTF_8);
        server.calls().pushBlob("fuzz/after", blob).expect(201);
        assertThat(server.calls().get("/v2/fuzz/after/blobs/" + Digests.sha256(blob)).body()).isEqualTo(blob);
    }

    private void readEverything(KillableServer server) throws IOException {
        RegistryCalls calls = server.calls();
        List<String> targets = new ArrayList<>(List.of(
                "/v2/_catalog", "/api/savings", "/api/savings/repositories", "/api/savings/layers", "/api/savings/bases",
                "/api/savings/history", "/actuator/prometheus"));
        for (String repository : world.repositories()) {
            targets.add("/v2/" + repository + "/tags/list");
            targets.add("/v2/" + repository + "/_strata/cache/stats");
            targets.add("/api/savings/repositories/" + repository + "/tags");
            for (int tag = 0; tag < 50; tag++) {
                targets.add("/v2/" + repository + "/manifests/t" + tag);
                targets.add("/api/savings/repositories/" + repository + "/image?reference=t" + tag);
            }
        }
        for (String target : targets) {
            assertThat(calls.get(target).status()).as("seed %d: GET %s", SEED, target).isLessThan(500);
        }
    }

    private String report() {
        StringBuilder report = new StringBuilder("seed " + SEED + "\n");
        new TreeMap<>(findings).forEach((kind, example) -> report.append("\n=== ").append(kind).append('\n').append(example));
        return report.toString();
    }
}
