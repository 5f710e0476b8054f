package dev.strata.replicas;

import static dev.strata.cache.http.CacheCalls.run;
import static dev.strata.cache.http.CacheCalls.step;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.cache.http.CacheCalls;
import dev.strata.cache.http.TestLayer;
import dev.strata.model.Digests;
import dev.strata.model.Elsewhere;
import dev.strata.model.RegistryCalls;
import dev.strata.oci.Digest;
import dev.strata.step.Step;
import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.Size;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** What several processes do together is what one does, however they reach their database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ReplicasTestCase {

    private static final int REPLICAS = 3;
    private static final int REQUESTS = Size.of("strata.replicas.requests", 500, 30_000);
    private static final String PASSWORD = "of the replicas";
    private static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString(("admin:" + PASSWORD).getBytes(UTF_8));
    private static final int AGENTS = 10;
    private static final int STEPS = 4;

    private Replicas replicas;

    /** @param settings those that the tests rely on */
    protected abstract Replicas start(int count, String... settings) throws Exception;

    /** Anybody may do everything in repositories whose names have several parts, and nothing else. */
    @BeforeAll
    void startThem() throws Exception {
        replicas = start(REPLICAS, "strata.access.admin-password=" + PASSWORD);
        grant(0, "{\"who\": \"anyone\", \"on\": \"*/**\", \"may\": [\"pull\", \"push\", \"delete\", \"cache\"], \"cache\": \"main\"}");
        for (int number = 1; number < REPLICAS; number++) {
            RegistryClient other = at(number);
            await("the grant at the others").until(() -> other.getManifest("replicas/any", "v1").status() == 404);
        }
    }

    /** The grant's id. */
    private String grant(int number, String grant) {
        Answer added = administrator(number).post("/api/access/grants", grant.getBytes(UTF_8), "Content-Type", "application/json");
        assertThat(added.status()).as(added.toString()).isEqualTo(201);
        return added.json().get("id").asString();
    }

    private RegistryClient administrator(int number) {
        return at(number).with("Authorization", BASIC);
    }

    @AfterAll
    protected void endThem() throws Exception {
        String logs = replicas.logs();
        replicas.close();
        assertThat(logs).as("what they printed").doesNotContain(" ERROR ");
    }

    /** One of them; behind the last comes the first. */
    private RegistryClient at(int number) {
        return new RegistryClient(replicas.get(number % REPLICAS).port());
    }

    private RegistryClient all() {
        return new RegistryClient(replicas.all().port());
    }

    @Test
    void chunksOfAnUploadComeToAllOfThemInTurn() throws Exception {
        byte[] content = new byte[1_000_000];
        new SplittableRandom(1).nextBytes(content);
        List<RegistryCalls> replica = IntStream.range(0, REPLICAS)
                .mapToObj(number -> replicas.get(number).calls())
                .toList();
        RegistryCalls one = replica.getFirst();
        String upload = one.startUpload("replicas/chunks");
        String path = upload.substring(upload.indexOf("/v2/"));
        int chunk = content.length / 10;
        for (int i = 0; i < 10; i++) {
            byte[] part = Arrays.copyOfRange(content, i * chunk, (i + 1) * chunk);
            String range = i * chunk + "-" + ((i + 1) * chunk - 1);
            replica.get((i + 1) % REPLICAS)
                    .send("PATCH", path, BodyPublishers.ofByteArray(part), "Content-Range", range)
                    .expect(202);
            assertThat(replica.get(i % REPLICAS).get(path).expect(204).header("Range"))
                    .isEqualTo("0-" + ((i + 1) * chunk - 1));
        }
        replica.getLast().send("PUT", path + "?digest=" + Digests.sha256(content), BodyPublishers.noBody()).expect(201);
        for (RegistryCalls calls : replica) {
            calls.get(path).expect(404);
            assertThat(calls.get("/v2/replicas/chunks/blobs/" + Digests.sha256(content)).expect(200).body())
                    .isEqualTo(content);
        }
    }

    @Test
    void manyShareUploads() throws Exception {
        new Elsewhere(replicas.all().address(), "Authorization", BASIC).shareUploads();
    }

    @Test
    void everyAnswerIsTheModels() throws Exception {
        new Elsewhere(replicas.all().address(), "Authorization", BASIC).compareWithModel(REQUESTS);
    }

    @Test
    void manyPushAndDeleteTheSame() throws Exception {
        new Elsewhere(replicas.all().address(), "Authorization", BASIC).pushAndDelete();
    }

    @Test
    void whatOneChangesTheOtherHasAtOnce() {
        String repository = "replicas/seen";
        for (int round = 0; round < 20; round++) {
            RegistryClient one = at(round);
            RegistryClient other = at(round + 1);
            Digest digest = one.pushImage(repository, "latest", round);
            assertThat(other.getManifest(repository, "latest").header("Docker-Content-Digest")).isEqualTo(digest.toString());
            one.pushImage(repository, "round-" + round, round);
            assertThat(other.get("/v2/" + repository + "/tags/list").text()).contains("\"round-" + round + "\"");
            assertThat(one.delete(RegistryClient.manifest(repository, digest)).status()).isEqualTo(202);
            assertThat(other.getManifest(repository, digest).status()).isEqualTo(404);
            assertThat(other.get("/v2/" + repository + "/tags/list").text()).doesNotContain("\"round-" + round + "\"");
        }
    }

    @Test
    void anEntryOfTheCacheIsSeenAtOnce() {
        String repository = "replicas/entries";
        all().pushBlob(repository, TestLayer.of(1).content());
        for (int round = 0; round < 10; round++) {
            CacheCalls one = new CacheCalls(administrator(round), repository);
            CacheCalls other = new CacheCalls(administrator(round + 1), repository);
            Step step = step(Optional.empty(), run("round " + round));
            assertThat(other.get(step.key(), "").status()).isEqualTo(404);
            assertThat(one.commit(step, TestLayer.of(10L + round)).status()).isEqualTo(201);
            assertThat(other.get(step.key(), "").status()).isEqualTo(200);
            assertThat(one.registry().delete(one.path("entries/" + step.key())).status()).isEqualTo(202);
            assertThat(other.get(step.key(), "").status()).isEqualTo(404);
        }
    }

    @Test
    void agentsRunEachStepOnceBetweenThem() throws Exception {
        String repository = "replicas/agents";
        all().pushBlob(repository, TestLayer.of(1).content());
        ConcurrentHashMap<String, AtomicInteger> runs = new ConcurrentHashMap<>();
        List<List<String>> built = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AGENTS)) {
            List<Future<List<String>>> agents = new ArrayList<>();
            for (int i = 0; i < AGENTS; i++) {
                int number = i;
                agents.add(threads.submit(() -> IntStream.range(0, STEPS)
                        .mapToObj(step -> build(new CacheCalls(all(), repository), "step " + step, number, runs))
                        .toList()));
            }
            for (Future<List<String>> agent : agents) {
                built.add(agent.get());
            }
        }
        assertThat(runs).hasSize(STEPS).allSatisfy((step, times) -> assertThat(times).hasValue(1));
        assertThat(built).hasSize(AGENTS).containsOnly(built.getFirst());
    }

    private String build(CacheCalls cache, String command, int agent, ConcurrentHashMap<String, AtomicInteger> runs) {
        Step wanted = step(Optional.empty(), run(command));
        while (true) {
            Answer answer = cache.post(
                    "resolve",
                    "{\"platform\":\"linux/amd64\",\"lease\":{\"ttl_s\":60},\"stages\":[{\"name\":\"final\","
                            + "\"base\":\"scratch\",\"steps\":[" + run(command).toJson() + "]}]}");
            assertThat(answer.status()).isEqualTo(200);
            JsonNode step = answer.json().get("stages").get(0).get("steps").get(0);
            if (step.get("status").stringValue().equals("hit")) {
                return step.get("diff_id").stringValue();
            }
            if (step.has("lease")) {
                runs.computeIfAbsent(command, fresh -> new AtomicInteger()).incrementAndGet();
                cache.commit(wanted, TestLayer.of(1_000L * agent + command.hashCode()));
            } else {
                cache.get(wanted.key(), "", "Prefer", "wait=60");
            }
        }
    }

    @Test
    void aGrantIsInForceEverywhere() {
        administrator(0).pushImage("granted", "v1", 1);
        assertThat(at(1).getManifest("granted", "v1").status()).isEqualTo(401);
        String id = grant(0, "{\"who\": \"anyone\", \"on\": \"granted\", \"may\": \"pull\"}");
        await("the grant").until(() -> at(1).getManifest("granted", "v1").status() == 200);
        assertThat(administrator(1).delete("/api/access/grants/" + id).status()).isEqualTo(204);
        await("its end").until(() -> at(0).getManifest("granted", "v1").status() == 401);
    }

    @Test
    void aTokenOfOneIsGoodForTheOther() {
        administrator(0).pushImage("tokens", "v1", 1);
        for (int number = 0; number < REPLICAS; number++) {
            Answer issued = administrator(number).get("/auth/token?service=strata&scope=repository:tokens:pull");
            assertThat(issued.status()).as(issued.toString()).isEqualTo(200);
            String bearer = "Bearer " + issued.json().get("token").asString();
            assertThat(at(number + 1).getManifest("tokens", "v1", "Authorization", bearer).status()).isEqualTo(200);
        }
    }

    /** The hint is quick, and without it a look each second would find it. */
    @Test
    void whoWaitsAtOneIsToldWhatWasCommittedAtTheOther() throws Exception {
        String repository = "replicas/waiting";
        all().pushBlob(repository, TestLayer.of(1).content());
        CacheCalls one = new CacheCalls(at(0), repository);
        CacheCalls other = new CacheCalls(at(1), repository);
        Step wanted = step(Optional.empty(), run("x"));
        assertThat(one.get(wanted.key(), "?lease_ttl_s=60").json().has("lease")).isTrue();
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<Answer> waiting = threads.submit(() -> other.get(wanted.key(), "", "Prefer", "wait=60"));
            assertThat(other.get(wanted.key(), "").status()).isEqualTo(202);
            assertThat(one.commit(wanted, TestLayer.of(2)).status()).isEqualTo(201);
            assertThat(waiting.get().status()).isEqualTo(200);
        }
    }

    /** Whatever replica folds them, and however often they are asked for the figures. */
    @Test
    void theFiguresOfBothAreTheSame() {
        all().pushImage("replicas/figures", "v1", 77);
        all().pushImage("replicas/figures", "v2", 77);
        await("the same figures at all").untilAsserted(() -> {
            JsonNode one = administrator(0).get("/api/savings").json();
            assertThat(one.get("pending").intValue()).isZero();
            for (int number = 1; number < REPLICAS; number++) {
                JsonNode other = administrator(number).get("/api/savings").json();
                assertThat(one.get("stored")).isEqualTo(other.get("stored"));
            }
        });
    }
}
