package dev.strata.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.cache.http.CacheCalls;
import dev.strata.cache.http.TestLayer;
import dev.strata.step.Step;
import dev.strata.testing.Answer;
import dev.strata.testing.OwnDataDirectory;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.Size;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** The registry is killed while agents commit steps and take them back, and has to know all that it acknowledged. */
class CacheCrashIT {

    private static final int AGENTS = 4;
    private static final int KILLS = Size.of("strata.crash.kills", 3, 20);
    private static final long SEED = Long.getLong("strata.crash.seed", System.nanoTime());
    private static final String REPOSITORY = "crash/cache";

    private final SplittableRandom random = new SplittableRandom(SEED);

    @Test
    void whatWasAcknowledgedIsKnownAfterEveryKill() throws Exception {
        Path data = OwnDataDirectory.create();
        Map<Step, Optional<TestLayer>> acknowledged = new HashMap<>();
        for (int kill = 0; kill < KILLS; kill++) {
            try (KillableServer server = KillableServer.start(data)) {
                check(server, acknowledged);
                workUntilKilled(server, kill).forEach(acknowledged::putAll);
            }
        }
        try (KillableServer server = KillableServer.start(data)) {
            check(server, acknowledged);
        }
        assertThat(acknowledged).as("seed %d", SEED).hasSizeGreaterThan(KILLS);
    }

    private List<Map<Step, Optional<TestLayer>>> workUntilKilled(KillableServer server, int kill) throws Exception {
        List<Map<Step, Optional<TestLayer>>> told = new ArrayList<>();
        // However slow the machine is, something was acknowledged before the kill.
        CountDownLatch first = new CountDownLatch(AGENTS);
        try (ExecutorService threads = Executors.newFixedThreadPool(AGENTS)) {
            List<Future<Map<Step, Optional<TestLayer>>>> agents = new ArrayList<>();
            for (int agent = 0; agent < AGENTS; agent++) {
                int number = kill * AGENTS + agent;
                agents.add(threads.submit(() -> work(server, number, first)));
            }
            assertThat(first.await(1, TimeUnit.MINUTES)).as("seed %d: agents that work", SEED).isTrue();
            TimeUnit.MILLISECONDS.sleep(random.nextLong(0, 1_500)); // the kill comes at any moment
            server.kill();
            for (Future<Map<Step, Optional<TestLayer>>> agent : agents) {
                told.add(agent.get());
            }
        }
        return told;
    }

    /** What the server acknowledged of each step, until it was killed: its layer, or that it was taken back. */
    private static Map<Step, Optional<TestLayer>> work(KillableServer server, int agent, CountDownLatch first) {
        CacheCalls cache = cache(server);
        Map<Step, Optional<TestLayer>> acknowledged = new HashMap<>();
        for (int number = 0; ; number++) {
            Step step = CacheCalls.step(Optional.empty(), CacheCalls.run("step " + agent + " " + number));
            TestLayer layer = TestLayer.of(agent * 1_000_003L + number);
            try {
                cache.registry().pushBlob(REPOSITORY, layer.content());
                if (cache.put(step.key(), annotated(step, layer)).status() == 201) {
                    acknowledged.put(step, Optional.of(layer));
                    first.countDown();
                }
                if (number % 5 == 0 && cache.registry().delete(cache.path("entries/" + step.key())).status() == 202) {
                    acknowledged.put(step, Optional.empty());
                }
            } catch (UncheckedIOException e) {
                if (!server.isKilled()) {
                    throw e;
                }
                acknowledged.keySet().removeIf(last -> last.equals(step)); // it may have happened or not
                return acknowledged;
            }
        }
    }

    private static void check(KillableServer server, Map<Step, Optional<TestLayer>> acknowledged) {
        CacheCalls cache = cache(server);
        acknowledged.forEach((step, layer) -> {
            Answer found = cache.get(step.key(), "");
            assertThat(found.status()).as("seed %d: %s", SEED, found).isEqualTo(layer.isPresent() ? 200 : 404);
            layer.ifPresent(expected -> assertThat(found.json().get("layer").toString())
                    .isEqualTo(annotated(step, expected).get("layer").toString()));
        });
    }

    private static ObjectNode annotated(Step step, TestLayer layer) {
        ObjectNode entry = CacheCalls.entry(step, layer);
        ((ObjectNode) entry.get("layer")).putObject("annotations").put("toc", layer.diffId().toString());
        return entry;
    }

    private static CacheCalls cache(KillableServer server) {
        return new CacheCalls(new RegistryClient(server.port()), REPOSITORY);
    }
}
