package dev.strata.cache.http;

import static dev.strata.cache.http.CacheCalls.run;
import static dev.strata.cache.http.CacheCalls.step;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.ChainId;
import dev.strata.problem.ErrorCode;
import dev.strata.step.Step;
import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Who runs a step while others wait for it. */
@RegistryTest
class LeaseTest {

    private static final int AGENTS = 10;

    @Autowired
    RegistryClient registry;

    /** The step of one command on scratch, as a resolve answers for it. */
    private static JsonNode ask(CacheCalls cache, String command, int ttlSeconds) {
        Answer answer = cache.post(
                "resolve",
                "{\"platform\":\"linux/amd64\",\"lease\":{\"ttl_s\":" + ttlSeconds
                        + "},\"stages\":[{\"name\":\"final\",\"base\":\"scratch\",\"steps\":["
                        + run(command).toJson() + "]}]}");
        assertThat(answer).isJson(200);
        return answer.json().get("stages").get(0).get("steps").get(0);
    }

    private CacheCalls cache(String repository) {
        registry.pushBlob(repository, TestLayer.of(1).content()); // it exists
        return new CacheCalls(registry, repository);
    }

    private static Step theStep(String command) {
        return step(Optional.empty(), run(command));
    }

    @Test
    void theFirstMissGetsALeaseAndTheSecondIsToldOfIt() {
        CacheCalls cache = cache("lease/first");
        JsonNode first = ask(cache, "x", 60);
        assertThat(first.get("status").stringValue()).isEqualTo("miss");
        JsonNode lease = first.get("lease");
        assertThat(lease.get("id").stringValue()).isNotEmpty();
        assertThat(lease.get("fence").longValue()).isPositive();
        assertThat(lease.get("expires_at").isString()).isTrue();
        JsonNode second = ask(cache, "x", 60);
        assertThat(second.get("status").stringValue()).isEqualTo("miss");
        assertThat(second.has("lease")).isFalse();
        assertThat(second.get("held").get("left_s").intValue()).isBetween(1, 60);

        Answer held = cache.get(theStep("x").key(), "");
        assertThat(held).isJson(202);
        assertThat(Integer.parseInt(held.header("Retry-After"))).isBetween(1, 60);
    }

    @Test
    void aLeaseIsRenewedAndGivenBack() {
        CacheCalls cache = cache("lease/renew");
        JsonNode lease = ask(cache, "x", 60).get("lease");
        String path = cache.path("leases/" + lease.get("id").stringValue());
        Answer renewed = registry.put(path, "{\"ttl_s\":120}".getBytes(UTF_8));
        assertThat(renewed).isJson(200);
        assertThat(renewed.json().get("fence").longValue()).isEqualTo(lease.get("fence").longValue());
        assertThat(renewed.json().get("expires_at").stringValue())
                .isGreaterThan(lease.get("expires_at").stringValue());
        assertThat(registry.put(path, new byte[0])).isJson(200);
        assertThat(registry.put(path, "{}".getBytes(UTF_8))).isError(400, ErrorCode.UNSUPPORTED, "field", "ttl_s");
        for (String other : List.of("lease/other", "lease/unknown")) {
            cache("lease/other");
            String elsewhere = new CacheCalls(registry, other).path("leases/" + lease.get("id").stringValue());
            assertThat(registry.put(elsewhere, new byte[0])).isError(404, ErrorCode.LEASE_UNKNOWN);
            assertThat(registry.delete(elsewhere)).isError(404, ErrorCode.LEASE_UNKNOWN);
        }
        assertThat(registry.delete(path)).hasStatus(204);
        assertThat(registry.delete(path)).isError(404, ErrorCode.LEASE_UNKNOWN);
        assertThat(registry.put(path, new byte[0])).isError(404, ErrorCode.LEASE_UNKNOWN);
        JsonNode next = ask(cache, "x", 60).get("lease");
        assertThat(next.get("fence").longValue()).isGreaterThan(lease.get("fence").longValue());
    }

    @Test
    void whoWaitsGetsTheLayerAsSoonAsItIsThere() throws Exception {
        CacheCalls cache = cache("lease/wait");
        ask(cache, "x", 60);
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<Answer>> waiting = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                waiting.add(threads.submit(() -> cache.get(theStep("x").key(), "", "Prefer", "wait=60")));
            }
            awaitJoined(cache, 3);
            assertThat(cache.commit(theStep("x"), TestLayer.of(2))).isJson(201);
            for (Future<Answer> answer : waiting) {
                assertThat(answer.get()).isJson(200);
            }
        }
    }

    @Test
    void whenTheHolderDiesOneOfThoseWhoWaitFollowsIt() throws Exception {
        CacheCalls cache = cache("lease/dead");
        JsonNode dead = ask(cache, "x", 1).get("lease");
        List<JsonNode> promoted = new ArrayList<>();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<Answer>> waiting = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                waiting.add(threads.submit(
                        () -> cache.get(theStep("x").key(), "?lease_ttl_s=60", "Prefer", "wait=3")));
            }
            for (Future<Answer> answer : waiting) {
                assertThat(answer.get().status()).as(answer.get().toString()).isIn(202, 404);
                if (answer.get().json().has("lease")) {
                    promoted.add(answer.get().json().get("lease"));
                }
            }
        }
        assertThat(promoted).hasSize(1);
        assertThat(promoted.getFirst().get("fence").longValue()).isGreaterThan(dead.get("fence").longValue());

        TestLayer late = TestLayer.of(3);
        registry.pushBlob(cache.repository(), late.content());
        ObjectNode entry = CacheCalls.entry(theStep("x"), late);
        entry.putObject("lease").put("id", dead.get("id").stringValue()).put("fence", dead.get("fence").longValue());
        assertThat(cache.put(theStep("x").key(), entry)).isError(412, ErrorCode.PRECONDITION_FAILED);
        ObjectNode next = CacheCalls.entry(theStep("x"), late);
        next.putObject("lease").put("id", promoted.getFirst().get("id").stringValue());
        assertThat(cache.put(theStep("x").key(), next)).isJson(201);
    }

    @Test
    void aLeaseOfBeforeARestartKeepsNobodyFromCommitting() {
        CacheCalls cache = cache("lease/unknown");
        TestLayer layer = TestLayer.of(4);
        registry.pushBlob(cache.repository(), layer.content());
        ObjectNode entry = CacheCalls.entry(theStep("x"), layer);
        entry.putObject("lease").put("id", "of-before").put("fence", 1);
        assertThat(cache.put(theStep("x").key(), entry)).isJson(201);
    }

    @Test
    void tenAgentsRunAStepOnceBetweenThem() throws Exception {
        CacheCalls cache = cache("lease/ten");
        AtomicInteger runs = new AtomicInteger();
        List<String> chains = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AGENTS)) {
            List<Future<String>> agents = new ArrayList<>();
            for (int i = 0; i < AGENTS; i++) {
                int seed = 100 + i;
                agents.add(threads.submit(() -> agent(cache, seed, runs)));
            }
            for (Future<String> agent : agents) {
                chains.add(agent.get());
            }
        }
        assertThat(runs).hasValue(1);
        assertThat(chains).hasSize(AGENTS).containsOnly(chains.getFirst());
    }

    private static String agent(CacheCalls cache, int seed, AtomicInteger runs) {
        while (true) {
            JsonNode step = ask(cache, "x", 60);
            if (step.get("status").stringValue().equals("hit")) {
                return step.get("diff_id").stringValue();
            }
            if (step.has("lease")) {
                runs.incrementAndGet();
                cache.commit(theStep("x"), TestLayer.of(seed));
            } else {
                cache.get(theStep("x").key(), "", "Prefer", "wait=60");
            }
        }
    }

    @Test
    void aStepThatTakesTwiceAsLongAsUsualIsRunASecondTime() {
        CacheCalls cache = cache("lease/hedge");
        Step before = step(Optional.of(ChainId.of("sha256:" + "b".repeat(64))), run("x"));
        TestLayer layer = TestLayer.of(5);
        registry.pushBlob(cache.repository(), layer.content());
        assertThat(cache.put(before.key(), CacheCalls.entry(before, layer).put("exec_ms", 10))).isJson(201);
        JsonNode first = ask(cache, "x", 60).get("lease");
        assertThat(cache.get(theStep("x").key(), "", "Prefer", "wait=60")).isJson(404);
        JsonNode hedge = ask(cache, "x", 60).get("lease");
        assertThat(hedge.get("hedge").booleanValue()).isTrue();
        assertThat(hedge.get("fence").longValue()).isGreaterThan(first.get("fence").longValue());
        assertThat(ask(cache, "x", 60).has("lease")).isFalse();
        assertThat(registry.put(cache.path("leases/" + first.get("id").stringValue()), new byte[0])).isJson(200);
    }

    private void awaitJoined(CacheCalls cache, int count) {
        int joined = 0;
        while (joined < count) {
            JsonNode groups = registry.get(cache.path("stats")).json().get("groups");
            joined = groups.isEmpty() ? 0 : groups.get(0).get("leases").get("joined").intValue();
        }
    }
}
