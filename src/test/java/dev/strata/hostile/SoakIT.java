package dev.strata.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.crash.KillableServer;
import dev.strata.model.Digests;
import dev.strata.testing.Size;
import java.io.IOException;
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
import java.util.regex.Pattern;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything at once that ever ended the process on its default heap, and for long: the server lives, acknowledges all
 * small pushes of somebody else meanwhile and holds none of them up for longer than a client waits, and starts again
 * afterwards with all that it was left with.
 */
class SoakIT {

    private static final Duration TIME = Duration.ofSeconds(Size.of("strata.soak.seconds", 15, 600));
    private static final int CLIENTS_OF_EACH = Size.of("strata.soak.clients", 1, 3);
    /** Leaves out all the others, to find out which it is. */
    private static final Pattern ONLY = Pattern.compile(System.getProperty("strata.soak.only", ""));
    private static final Duration LONGEST_REST = Duration.ofSeconds(Size.of("strata.soak.rest-seconds", 300, 1_200));

    @Test
    void theServerOutlivesAllOfItAtOnce(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path data) throws Exception {
        List<String> findings = new ArrayList<>();
        KillableServer server = start(data);
        try {
            Abuses abuses = new Abuses(server.port());
            abuses.fill();
            WriteProbe probe = WriteProbe.start(server, data);
            try (probe) {
                Map<String, AtomicLong> times = abuse(server, abuses);
                System.out.printf("soak: %s; %s%n", new TreeMap<>(times), probe.times());
            }
            findings.addAll(probe.heldUp());
            abuses.findings().forEach((kind, example) -> findings.add(kind + "\n" + example));
            requireWell(server, "at the end", findings);
            server.kill();
            server.close();
            server = start(data);
            findings.addAll(probe.lostAt(server));
            rest(server, findings);
            requireWell(server, "after the next start", findings);
        } catch (IOException gone) {
            findings.add("the server gave no answer: " + gone);
            findings.addAll(ServerLog.faults(server.log()));
        } finally {
            server.close();
        }
        assertThat(findings).isEmpty();
    }

    /** Ten minutes are enough for the second compiler, half a minute is not. */
    private static KillableServer start(Path data) throws IOException {
        return Size.isFull() ? KillableServer.startForLong(data) : KillableServer.start(data);
    }

    private static Map<String, AtomicLong> abuse(KillableServer server, Abuses abuses) throws Exception {
        Map<String, AtomicLong> times = new ConcurrentHashMap<>();
        long end = System.nanoTime() + TIME.toNanos();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<?>> clients = new ArrayList<>();
            abuses.all().forEach((name, abuse) -> {
                int number = ONLY.matcher(name).find() ? CLIENTS_OF_EACH : 0;
                for (int client = 0; client < number; client++) {
                    clients.add(threads.submit(() -> {
                        while (System.nanoTime() < end && server.isAlive()) {
                            abuse.again();
                            times.computeIfAbsent(name, _ -> new AtomicLong()).incrementAndGet();
                        }
                        return null;
                    }));
                }
            });
            for (Future<?> client : clients) {
                client.get();
            }
        }
        return times;
    }

    /** What was left to the background gets done, or is set aside; either way it does not go on for ever. */
    private static void rest(KillableServer server, List<String> findings) {
        try {
            await("the background's work").atMost(LONGEST_REST).pollInterval(Duration.ofSeconds(1))
                    .until(() -> !server.isAlive() || pending(server) == 0);
        } catch (ConditionTimeoutException unfinished) {
            findings.add("what was left to the background was not done within " + LONGEST_REST);
        }
    }

    private static int pending(KillableServer server) throws IOException {
        return server.calls().get("/api/savings").expect(200).json().path("pending").asInt(-1);
    }

    private static void requireWell(KillableServer server, String when, List<String> findings) throws IOException {
        ServerLog.faults(server.log()).forEach(fault -> findings.add("logged " + when + ": " + fault));
        if (!server.isAlive()) {
            throw new IOException("it has ended " + when);
        }
        byte[] blob = ("pushed " + when).getBytes(UTF_8);
        server.calls().pushBlob("soak/after", blob).expect(201);
        assertThat(server.calls().get("/v2/soak/after/blobs/" + Digests.sha256(blob)).body()).isEqualTo(blob);
    }
}
