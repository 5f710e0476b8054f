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
import tools.jackson.databind.JsonNode;

/** What several processes do together is what one does. */
class ReplicasIT {

    private static final int REQUESTS = Size.of("strata.replicas.requests", 500, 30_000);
    private static final String PASSWORD = "of the replicas";
    private static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString(("admin:" + PASSWORD).getBytes(UTF_8));
    private static final int AGENTS = 10;
    private static final int STEPS = 4;

    private static Replicas replicas;

    /** Anybody may do everything in repositories whose names have several parts, and nothing else. */
    @BeforeAll
    static void startThem() throws Exception {
        replicas = Replicas.start("strata.access.admin-password=" + PASSWORD);
        grant(0, "{\"who\": \"anyone\", \"on\": \"*/**\", \"may\": [\"pull\", \"push\", \"delete\", \"cache\"], \"cache\": \"main\"}");
        await("the grant at the other").until(() -> at(1).getManifest("replicas/any", "v1").status() == 404);
    }

    /** The grant's id. */
    private static String grant(int number, String grant) {
        Answer added = administrator(number).post("/api/access/grants", grant.getBytes(UTF_8), "Content-Type", "application/json");
        assertThat(added.status()).as(added.toString()).isEqualTo(201);
        return added.json().get("id").asString();
    }

    private static RegistryClient administrator(int number) {
        return at(number).with("Authorization", BASIC);
    }

    @AfterAll
    static void endThem() throws Exception {
        String logs = replicas.logs();
        replicas.close();
        assertThat(logs).as("what they printed").doesNotContain(" ERROR ");
    }

    private static RegistryClient at(int number) {
        return new RegistryClient(replicas.get(number).port());
    }

    private static RegistryClient all() {
        return new RegistryClient(replicas.all().port());
    }

    @Test
    void chunksOfAnUploadComeToAllOfThemInTurn() throws Exception {
        byte[] content = new byte[1_000_000];
        new SplittableRandom(1).nextBytes(content);
        RegistryCalls one = replicas.get(0).calls();
        RegistryCalls other = replicas.get(1).calls();
        String upload = one.startUpload("replicas/chunks");
        String path = upload.substring(upload.indexOf("/v2/"));
        int chunk = content.length / 10;
        for (int i = 0; i < 10; i++) {
            byte[] part = Arrays.copyOfRange(content, i * chunk, (i + 1) * chunk);
            String range = i * chunk + "-" + ((i + 1) * chunk - 1);
            (i % 2 == 0 ? other : one)
                    .send("PATCH", path, BodyPublishers.ofByteArray(part), "Content-Range", range)
                    .expect(202);
            assertThat((i % 2 == 0 ? one : other).get(path).expect(204).header("Range"))
                    .isEqualTo("0-" + ((i + 1) * chunk - 1));
        }
        other.send("PUT", path + "?digest=" + Digests.sha256(content), BodyPublishers.noBody()).expect(201);
        for (RegistryCalls calls : List.of(one, other)) {
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
            RegistryClient one = at(round % 2);
            RegistryClient other = at(1 - round % 2);
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
            CacheCalls one = new CacheCalls(administrator(round % 2), repository);
            CacheCalls other = new CacheCalls(administrator(1 - round % 2), repository);
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

    private static String build(CacheCalls cache, String command, int agent, ConcurrentHashMap<String, AtomicInteger> runs) {
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
        for (int number = 0; number < 2; number++) {
            Answer issued = administrator(number).get("/auth/token?service=strata&scope=repository:tokens:pull");
            assertThat(issued.status()).as(issued.toString()).isEqualTo(200);
            String bearer = "Bearer " + issued.json().get("token").asString();
            assertThat(at(1 - number).getManifest("tokens", "v1", "Authorization", bearer).status()).isEqualTo(200);
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
        await("the same figures at both").untilAsserted(() -> {
            JsonNode one = administrator(0).get("/api/savings").json();
            JsonNode other = administrator(1).get("/api/savings").json();
            assertThat(one.get("pending").intValue()).isZero();
            assertThat(one.get("stored")).isEqualTo(other.get("stored"));
        });
    }
}
