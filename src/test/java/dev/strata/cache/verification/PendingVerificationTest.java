package dev.strata.cache.verification;

import static dev.strata.cache.http.CacheCalls.entry;
import static dev.strata.cache.http.CacheCalls.run;
import static dev.strata.cache.http.CacheCalls.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.strata.cache.CacheProperties;
import dev.strata.cache.entries.Layer;
import dev.strata.cache.layerfiles.LayerTables;
import dev.strata.cache.http.CacheCalls;
import dev.strata.cache.http.TestLayer;
import dev.strata.cache.leases.PendingVerifications;
import dev.strata.memory.MemoryBudget;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.registry.blobs.Blobs;
import dev.strata.step.Step;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import dev.strata.testing.RunningRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.bean.override.convention.TestBean;
import tools.jackson.databind.JsonNode;

/** What agents are told of a step between the commit of its layer and the verification of that. */
@RegistryTest
@Import(PendingVerificationTest.Verifiers.class)
@TestPropertySource(properties = "strata.cache.verify-at-commit=1KB")
class PendingVerificationTest {

    private static final AtomicLong AHEAD = new AtomicLong();
    private static final int AGENTS = 4;

    @Autowired
    RegistryClient registry;

    @Autowired
    SlowVerifier verifier;

    @TestBean
    Ticker ticker;

    static Ticker ticker() {
        return () -> System.nanoTime() + AHEAD.get();
    }

    @BeforeEach
    void block() {
        verifier.block();
    }

    @AfterEach
    void goOn() {
        verifier.goOn();
    }

    private static Step theStep(String command) {
        return step(Optional.empty(), run(command));
    }

    private static TestLayer large(long seed) {
        return TestLayer.gzip(Content.random(seed, 3_000));
    }

    private static TestLayer small(long seed) {
        return TestLayer.gzip(Content.random(seed, 300));
    }

    private static TestLayer dishonest(long seed) {
        return new TestLayer(large(seed).content(), small(seed).diffId(), TestLayer.GZIP);
    }

    private static JsonNode resolve(CacheCalls cache, String command) {
        Answer answer = cache.post(
                "resolve",
                "{\"platform\":\"linux/amd64\",\"lease\":{\"ttl_s\":60},\"stages\":[{\"name\":\"final\","
                        + "\"base\":\"scratch\",\"steps\":[" + run(command).toJson() + "]}]}");
        assertThat(answer).isJson(200);
        return answer.json().get("stages").get(0).get("steps").get(0);
    }

    /** Asks until it has the layer, and runs the step where it gets the lease; gives back the layer's diff ID. */
    private static String agent(CacheCalls cache, Step step, TestLayer result, AtomicInteger runs) {
        while (true) {
            Answer answer = cache.get(step.key(), "?lease_ttl_s=60", "Prefer", "wait=60");
            if (answer.status() == 200) {
                return answer.json().get("diff_id").stringValue();
            }
            if (answer.json().has("lease")) {
                runs.incrementAndGet();
                cache.commit(step, result);
            }
        }
    }

    private static List<String> agents(CacheCalls cache, Step step, TestLayer result, AtomicInteger runs, Runnable then)
            throws Exception {
        List<String> diffIds = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AGENTS)) {
            List<Future<String>> agents = new ArrayList<>();
            for (int i = 0; i < AGENTS; i++) {
                agents.add(threads.submit(() -> agent(cache, step, result, runs)));
            }
            then.run();
            for (Future<String> agent : agents) {
                diffIds.add(agent.get());
            }
        }
        return diffIds;
    }

    @Test
    void whoeverWaitsForTheStepGoesOnWaitingAndThenHasItsLayer() throws Exception {
        CacheCalls cache = new CacheCalls(registry, "pending/good");
        Step step = theStep("good");
        TestLayer layer = large(200);
        assertThat(cache.commit(step, layer)).isJson(201);

        Answer held = cache.get(step.key(), "?lease_ttl_s=60");
        assertThat(held).isJson(202);
        assertThat(held.json().get("status").stringValue()).isEqualTo("held");
        assertThat(Integer.parseInt(held.header("Retry-After"))).isPositive();
        JsonNode resolved = resolve(cache, "good");
        assertThat(resolved.has("lease")).isFalse();
        assertThat(resolved.get("held").get("left_s").intValue()).isPositive();

        AtomicInteger runs = new AtomicInteger();
        assertThat(agents(cache, step, small(201), runs, verifier::goOn))
                .containsOnly(layer.diffId().toString());
        assertThat(runs).as("nobody runs it again").hasValue(0);
        assertThat(resolve(cache, "good").get("status").stringValue()).isEqualTo("hit");
    }

    @Test
    void whoeverWaitsForTheHolderGoesOnWaitingAfterItsCommit() throws Exception {
        CacheCalls cache = new CacheCalls(registry, "pending/holder");
        Step step = theStep("holder");
        TestLayer layer = large(202);
        registry.pushBlob(cache.repository(), layer.content());
        assertThat(resolve(cache, "holder").has("lease")).isTrue();
        AtomicInteger runs = new AtomicInteger();
        Runnable commit = () -> {
            assertThat(cache.put(step.key(), entry(step, layer))).isJson(201);
            assertThat(cache.get(step.key(), "")).isJson(202);
            assertThat(cache.put(step.key(), entry(step, layer))).as("the same once more").isJson(200);
            assertThat(cache.get(step.key(), "")).isJson(202);
            verifier.goOn();
        };
        assertThat(agents(cache, step, small(203), runs, commit)).containsOnly(layer.diffId().toString());
        assertThat(runs).hasValue(0);
    }

    @Test
    void whereTheLayerIsNotWhatWasSaidOneOfThoseWhoWaitRunsTheStep() throws Exception {
        CacheCalls cache = new CacheCalls(registry, "pending/bad");
        Step step = theStep("bad");
        assertThat(cache.commit(step, dishonest(204))).isJson(201);
        assertThat(cache.get(step.key(), "?lease_ttl_s=60")).isJson(202);
        AtomicInteger runs = new AtomicInteger();
        TestLayer again = small(205);
        assertThat(agents(cache, step, again, runs, verifier::goOn)).containsOnly(again.diffId().toString());
        assertThat(runs).hasValue(1);
    }

    @Test
    void whereTheLayerCannotBeReadTheNextOneRunsTheStep() {
        CacheCalls cache = new CacheCalls(registry, "pending/unreadable");
        Step step = theStep("unreadable");
        TestLayer layer = large(206);
        verifier.failFor(layer.digest());
        assertThat(cache.commit(step, layer)).isJson(201);
        assertThat(cache.get(step.key(), "")).isJson(202);
        verifier.goOn();
        await().until(() -> cache.get(step.key(), "").status() == 404);
        assertThat(cache.get(step.key(), "?lease_ttl_s=60").json().has("lease")).isTrue();
        assertThat(cache.get(step.key(), "")).as("which others wait for").isJson(202);
        assertThat(cache.put(step.key(), entry(step, layer))).as("the same result").isJson(200);
        assertThat(resolve(cache, "unreadable").has("lease")).as("which is not waited for once more").isTrue();
    }

    @Test
    void aVerificationThatHangsHoldsNobodyForEver() {
        CacheCalls cache = new CacheCalls(registry, "pending/hangs");
        Step step = theStep("hangs");
        assertThat(cache.commit(step, large(207))).isJson(201);
        assertThat(cache.get(step.key(), "?lease_ttl_s=60")).isJson(202);
        AHEAD.addAndGet(PendingVerifications.LONGEST.minusSeconds(60).toNanos());
        assertThat(cache.get(step.key(), "?lease_ttl_s=60")).isJson(202);
        AHEAD.addAndGet(Duration.ofSeconds(60).toNanos());
        assertThat(cache.get(step.key(), "?lease_ttl_s=60").json().has("lease")).isTrue();
        assertThat(cache.get(step.key(), "?lease_ttl_s=60")).isJson(202);
    }

    @Test
    void anEntryThatIsTakenBackIsNotWaitedFor() throws Exception {
        CacheCalls cache = new CacheCalls(registry, "pending/deleted");
        Step step = theStep("deleted");
        TestLayer again = small(208);
        for (String path : List.of("entries/" + step.key(), "entries?builder=test/1")) {
            assertThat(cache.commit(step, large(209), "If-Match", "*").status()).isIn(200, 201);
            assertThat(cache.get(step.key(), "")).isJson(202);
            AtomicInteger runs = new AtomicInteger();
            Runnable delete = () -> assertThat(registry.delete(cache.path(path))).isJson(202);
            assertThat(agents(cache, step, again, runs, delete)).containsOnly(again.diffId().toString());
            assertThat(runs).hasValue(1);
        }
    }

    @Test
    void whoReadsAScopeThatIsNotProtectedHasTheLayerAtOnce() {
        CacheCalls cache = new CacheCalls(registry, "pending/elsewhere");
        Step step = theStep("elsewhere");
        TestLayer layer = large(210);
        assertThat(cache.commit(step, layer)).isJson(201);
        assertThat(cache.commitIn("pr-1", step, layer)).isJson(201);
        assertThat(cache.get(step.key(), "?scopes=main,pr-1").json().get("scope").stringValue()).isEqualTo("pr-1");
        assertThat(cache.get(step.key(), "?scopes=pr-2")).isJson(404);
        assertThat(cache.get(step.key(), "?scopes=pr-2,main")).isJson(202);
    }

    @Test
    void theWaitGoesOnAfterARestart(@TempDir Path data) {
        Step step = theStep("restart");
        TestLayer layer = TestLayer.gzip(new byte[100_000_000]);
        try (RunningRegistry before = RunningRegistry.start(data, "strata.cache.verify-at-commit=1KB")) {
            assertThat(new CacheCalls(before.client(), "pending/restart").commit(step, layer)).isJson(201);
        }
        try (RunningRegistry after = RunningRegistry.start(data, "strata.cache.verify-at-commit=1KB")) {
            CacheCalls cache = new CacheCalls(after.client(), "pending/restart");
            assertThat(cache.get(step.key(), "?lease_ttl_s=60").status()).isIn(200, 202);
            assertThat(cache.get(step.key(), "?lease_ttl_s=60", "Prefer", "wait=60")).isJson(200);
        }
    }

    /** Verifies what it is given, but not before it may. */
    static class SlowVerifier extends LayerVerifier {

        private volatile CountDownLatch blocked = new CountDownLatch(0);
        private volatile Optional<Digest> unreadable = Optional.empty();

        SlowVerifier(Blobs blobs, MemoryBudget memory, LayerTables tables, CacheProperties properties) {
            super(blobs, memory, tables, properties);
        }

        void block() {
            unreadable = Optional.empty();
            blocked = new CountDownLatch(1);
        }

        void failFor(Digest layer) {
            unreadable = Optional.of(layer);
        }

        void goOn() {
            blocked.countDown();
        }

        @Override
        public void verify(RepositoryName repository, Layer layer, Digest diffId) throws IOException {
            if (layer.size() > 1024) {
                try {
                    blocked.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            if (unreadable.equals(Optional.of(layer.digest()))) {
                throw new IOException("The disk has an error");
            }
            super.verify(repository, layer, diffId);
        }
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Verifiers {

        @Bean
        @Primary
        SlowVerifier slowVerifier(Blobs blobs, MemoryBudget memory, LayerTables tables, CacheProperties properties) {
            return new SlowVerifier(blobs, memory, tables, properties);
        }
    }
}
