package dev.strata.cache.http;

import static dev.strata.cache.http.CacheCalls.run;
import static dev.strata.cache.http.CacheCalls.step;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.ChainId;
import dev.strata.oci.MediaType;
import dev.strata.problem.ErrorCode;
import dev.strata.step.Step;
import dev.strata.testing.Answer;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;

/** A step that was run for one repository is not run again for another one. Those below {@code shared} share here. */
@RegistryTest
class SharedCacheTest {

    private static final String RESOLVE =
            "{\"platform\":\"linux/amd64\"%s,\"stages\":[{\"name\":\"final\",\"base\":\"scratch\",\"steps\":[%s]}]}";

    @Autowired
    RegistryClient registry;

    @Autowired
    JdbcTemplate database;

    private CacheCalls cache(String repository) {
        return new CacheCalls(registry, repository);
    }

    private static Step theStep(String command) {
        return step(Optional.empty(), run(command));
    }

    private static JsonNode ask(CacheCalls cache, String endpoint, String more, String... commands) {
        String steps = String.join(",", List.of(commands).stream().map(each -> run(each).toJson().toString()).toList());
        Answer answer = cache.post(endpoint, RESOLVE.formatted(more, steps));
        assertThat(answer).isJson(200);
        return answer.json().get("stages").get(0);
    }

    private static JsonNode resolve(CacheCalls cache, String command) {
        return ask(cache, "resolve", "", command).get("steps").get(0);
    }

    private static JsonNode explain(CacheCalls cache, String more, String command) {
        return ask(cache, "explain", more, command).get("steps").get(0);
    }

    @Test
    void aNewRepositoryGetsTheLayersOfAnotherOneAndCanPushThem() {
        CacheCalls web = cache("shared/resolve/web");
        CacheCalls api = cache("shared/resolve/api");
        TestLayer first = TestLayer.of(9_001);
        TestLayer second = TestLayer.of(9_002);
        ChainId above = ChainId.above(Optional.empty(), first.diffId());
        assertThat(web.commit(theStep("first of two"), first)).isJson(201);
        assertThat(web.commit(step(Optional.of(above), run("second of two")), second)).isJson(201);

        JsonNode stage = ask(api, "resolve", "", "first of two", "second of two");

        assertThat(stage.get("hit_upto").intValue()).isEqualTo(2);
        assertThat(stage.get("steps").findValuesAsString("origin")).containsExactly("shared/resolve/web", "shared/resolve/web");
        assertThat(registry.getBlob(api.repository(), first.digest())).hasStatus(200);
        byte[] config = "{}".getBytes(UTF_8);
        registry.pushBlob(api.repository(), config);
        ManifestJson image = ManifestJson.image(config, first.content(), second.content());
        assertThat(registry.putManifest(api.repository(), "new", MediaType.OCI_MANIFEST, image.bytes())).hasStatus(201);
    }

    @Test
    void aProbeAndASimpleQuestionSayWhereALayerCameFrom() {
        CacheCalls web = cache("shared/probe/web");
        TestLayer layer = TestLayer.of(9_010);
        assertThat(web.commit(theStep("probed"), layer)).isJson(201);

        Answer probe = cache("shared/probe/api").get(theStep("probed").key(), "");
        Answer exact = cache("shared/probe/exact").layer("scratch", "RUN probed", "&cwd=/");
        Answer bare = cache("shared/probe/bare").layer("scratch", "RUN probed", "");

        for (Answer answer : List.of(probe, exact, bare)) {
            assertThat(answer).isJson(200).hasHeader("Docker-Content-Digest", layer.digest().toString());
            assertThat(answer.json().get("origin").stringValue()).isEqualTo(web.repository());
            assertThat(answer.json().get("step").get("argv").get(2).stringValue()).isEqualTo("probed");
        }
        for (String repository : List.of("api", "exact", "bare")) {
            assertThat(registry.getBlob("shared/probe/" + repository, layer.digest())).hasStatus(200);
        }
        assertThat(web.get(theStep("probed").key(), "").json().has("origin")).isFalse();
    }

    @Test
    void whatIsInTheRepositoryItselfComesFirst() {
        TestLayer others = TestLayer.of(9_020);
        TestLayer own = TestLayer.of(9_021);
        assertThat(cache("shared/first/a").commit(theStep("in both"), others)).isJson(201);
        CacheCalls mine = cache("shared/first/b");
        assertThat(mine.commit(theStep("in both"), own)).isJson(201);

        assertThat(mine.get(theStep("in both").key(), "")).hasHeader("Docker-Content-Digest", own.digest().toString());
    }

    @Test
    void onlyWhatIsVerifiedAndInAProtectedScopeIsTaken() {
        CacheCalls web = cache("shared/trust/web");
        CacheCalls api = cache("shared/trust/api");
        assertThat(web.commitIn("pr-1", theStep("of a branch"), TestLayer.of(9_030))).isJson(201);
        assertThat(web.commit(theStep("not verified"), TestLayer.of(9_031))).isJson(201);
        setState(web, "not verified", "U");

        assertThat(api.get(theStep("of a branch").key(), "?scopes=pr-1,main")).isJson(404);
        assertThat(api.get(theStep("not verified").key(), "")).isJson(202); // it is worth waiting for
        assertThat(explain(api, ",\"scopes\":[\"pr-1\",\"main\"]", "of a branch").get("elsewhere").toString())
                .isEqualTo("{\"repository\":\"shared/trust/web\",\"scope\":\"pr-1\",\"why\":\"NOT_PROTECTED\"}");
        assertThat(explain(api, "", "of a branch").get("elsewhere").get("why").stringValue()).isEqualTo("SCOPE");
        assertThat(explain(api, "", "not verified").get("elsewhere").get("why").stringValue()).isEqualTo("NOT_VERIFIED");
        setState(web, "not verified", "Q");
        assertThat(explain(api, "", "not verified").get("elsewhere").get("why").stringValue()).isEqualTo("GONE");
        assertThat(api.get(theStep("not verified").key(), "")).isJson(404);
    }

    @Test
    void whoeverDoesNotShareIsToldSoByAnExplanationAlone() {
        assertThat(cache("shared/apart/web").commit(theStep("apart"), TestLayer.of(9_040))).isJson(201);
        CacheCalls other = cache("not-shared/apart");

        assertThat(other.get(theStep("apart").key(), "")).isJson(404);
        assertThat(resolve(other, "apart").has("elsewhere")).isFalse();
        assertThat(explain(other, "", "apart").get("elsewhere").get("why").stringValue()).isEqualTo("NOT_SHARED");
    }

    @Test
    void anExplanationBringsNothingIntoARepository() {
        CacheCalls web = cache("shared/explain/web");
        TestLayer layer = TestLayer.of(9_050);
        assertThat(web.commit(theStep("explained"), layer)).isJson(201);

        JsonNode step = explain(cache("shared/explain/api"), "", "explained");

        assertThat(step.get("status").stringValue()).isEqualTo("hit");
        assertThat(step.get("origin").stringValue()).isEqualTo(web.repository());
        assertThat(registry.getBlob("shared/explain/api", layer.digest())).isError(404, ErrorCode.NAME_UNKNOWN);
    }

    @Test
    void whatWasDeletedHereOfLateIsNotBroughtBack() {
        TestLayer layer = TestLayer.of(9_060);
        assertThat(cache("shared/deleted/web").commit(theStep("deleted"), layer)).isJson(201);
        CacheCalls api = cache("shared/deleted/api");
        registry.pushBlob(api.repository(), TestLayer.of(9_061).content());
        registry.pushBlob(api.repository(), layer.content());
        assertThat(registry.delete(RegistryClient.blob(api.repository(), layer.digest()))).hasStatus(202);

        assertThat(resolve(api, "deleted").get("status").stringValue()).isEqualTo("miss");
        assertThat(registry.getBlob(api.repository(), layer.digest())).hasStatus(404);
    }

    @Test
    void whatCameFromElsewhereStaysWhenTheEntryGoes() {
        CacheCalls web = cache("shared/gone/web");
        CacheCalls api = cache("shared/gone/api");
        TestLayer layer = TestLayer.of(9_070);
        assertThat(web.commit(theStep("gone later"), layer)).isJson(201);
        assertThat(resolve(api, "gone later").get("status").stringValue()).isEqualTo("hit");

        assertThat(registry.delete(web.path("entries/" + theStep("gone later").key()))).isJson(202);

        // The layer is here for those who build on it. Nobody takes it any more for a step that its owner took back.
        assertThat(registry.getBlob(api.repository(), layer.digest())).hasStatus(200);
        assertThat(resolve(api, "gone later").get("status").stringValue()).isEqualTo("miss");
    }

    @Test
    void aLeaseIsForAllRepositoriesThatShare() throws Exception {
        CacheCalls web = cache("shared/lease/web");
        CacheCalls api = cache("shared/lease/api");
        registry.pushBlob(web.repository(), TestLayer.of(9_080).content()); // they exist
        registry.pushBlob(api.repository(), TestLayer.of(9_080).content());
        String leased = ",\"lease\":{\"ttl_s\":60}";
        assertThat(ask(web, "resolve", leased, "leased").get("steps").get(0).has("lease")).isTrue();

        JsonNode second = ask(api, "resolve", leased, "leased").get("steps").get(0);
        assertThat(second.has("lease")).isFalse();
        assertThat(second.get("held").get("left_s").intValue()).isBetween(1, 60);
        assertThat(api.get(theStep("leased").key(), "?lease_ttl_s=60")).isJson(202);
        String inBranch = leased + ",\"scopes\":[\"pr-1\",\"main\"]";
        assertThat(ask(api, "resolve", inBranch, "leased").get("steps").get(0).has("lease"))
                .as("a lease of a scope that is not shared")
                .isTrue();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            Future<Answer> waiting =
                    threads.submit(() -> api.get(theStep("leased").key(), "", "Prefer", "wait=60"));
            assertThat(web.commit(theStep("leased"), TestLayer.of(9_081))).isJson(201);
            assertThat(waiting.get()).isJson(200);
            assertThat(waiting.get().json().get("origin").stringValue()).isEqualTo(web.repository());
        }
    }

    @Test
    void theFiguresSayWhoseEntriesHit() {
        CacheCalls web = cache("shared/figures/web");
        CacheCalls api = cache("shared/figures/api");
        TestLayer layer = TestLayer.of(9_090);
        assertThat(web.commit(theStep("counted"), layer)).isJson(201);
        assertThat(api.commit(theStep("counted too"), TestLayer.of(9_091))).isJson(201);
        resolve(api, "counted");
        resolve(api, "counted");
        resolve(api, "counted too");

        JsonNode all = registry.get(api.path("stats")).json().get("groups").get(0);
        assertThat(all.get("hits").intValue()).isEqualTo(3);
        assertThat(all.get("hits_elsewhere").intValue()).isEqualTo(2);
        JsonNode origins = registry.get(api.path("stats?by=origin")).json().get("groups");
        assertThat(origins.findValuesAsString("name")).containsExactly("shared/figures/api", "shared/figures/web");
        assertThat(origins.get(0).get("hits").intValue()).isEqualTo(1);
        assertThat(origins.get(1).get("hits").intValue()).isEqualTo(2);
        assertThat(origins.get(1).get("bytes_not_uploaded").intValue()).isEqualTo(2 * layer.content().length);
        assertThat(registry.get(web.path("stats?by=origin")).json().get("groups")).isEmpty();
        // Whoever takes an entry keeps it from expiring.
        assertThat(web.get(theStep("counted").key(), "").json().get("hits").intValue()).isEqualTo(2);
    }

    @Test
    void anEntryOfBeforeIsFoundOnceItWasUsed() {
        CacheCalls web = cache("shared/before/web");
        CacheCalls api = cache("shared/before/api");
        assertThat(web.commit(theStep("of before"), TestLayer.of(9_100))).isJson(201);
        database.update("update cache_entry set namespace = '' where step_key = ?", (Object) theStep("of before").key().digest().bytes());
        assertThat(api.get(theStep("of before").key(), "")).isJson(404);

        assertThat(web.get(theStep("of before").key(), "")).isJson(200);
        registry.get(web.path("stats")); // writes what was counted

        assertThat(api.get(theStep("of before").key(), "")).isJson(200);
    }

    private void setState(CacheCalls cache, String command, String state) {
        database.update(
                "update cache_entry set state = ? where step_key = ?"
                        + " and repository_id = (select id from repository where name = ?)",
                state,
                theStep(command).key().digest().bytes(),
                cache.repository());
    }
}
