package dev.strata.cache.http;

import static dev.strata.cache.http.CacheCalls.entry;
import static dev.strata.cache.http.CacheCalls.run;
import static dev.strata.cache.http.CacheCalls.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.ChainId;
import dev.strata.problem.ErrorCode;
import dev.strata.step.Step;
import dev.strata.step.StepKey;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Entries by their keys. */
@RegistryTest
class EntryTest {

    private static final Optional<ChainId> PARENT = Optional.of(ChainId.of("sha256:" + "a".repeat(64)));

    @Autowired
    RegistryClient registry;

    @Test
    void whatIsCommittedIsFound() {
        CacheCalls cache = new CacheCalls(registry, "cache/found");
        Step step = step(PARENT, run("make"));
        TestLayer layer = TestLayer.of(1);
        Answer committed = cache.commit(step, layer);
        assertThat(committed).isJson(201);
        assertThat(committed.location()).endsWith(cache.path("entries/" + step.key()));

        Answer found = cache.get(step.key(), "");
        assertThat(found)
                .isJson(200)
                .hasHeader("Cache-Status", "Strata; hit")
                .hasHeader("ETag", committed.header("ETag"))
                .hasHeader("Docker-Content-Digest", layer.digest().toString());
        assertThat(Integer.parseInt(found.header("Age"))).isNotNegative();
        JsonNode entry = found.json();
        assertThat(entry.get("key").stringValue()).isEqualTo(step.key().toString());
        assertThat(entry.get("step")).isEqualTo(step.toJson());
        assertThat(entry.get("scope").stringValue()).isEqualTo("main");
        assertThat(entry.get("layer").toString()).isEqualTo(layer.json().toString());
        assertThat(entry.get("diff_id").stringValue()).isEqualTo(layer.diffId().toString());
        assertThat(entry.get("chain_id").stringValue())
                .isEqualTo(ChainId.above(PARENT, layer.diffId()).toString());
        assertThat(entry.get("exec_ms").intValue()).isEqualTo(41_000);
        assertThat(entry.get("builder").stringValue()).isEqualTo("test/1");
        assertThat(entry.get("source").stringValue()).isEqualTo("recorded");
        assertThat(entry.get("verified").booleanValue()).isTrue();
        assertThat(entry.get("last_hit_at").isNull()).isTrue();

        assertThat(cache.get(step.key(), "", "If-None-Match", found.header("ETag"))).hasStatus(304);
        Answer head = registry.head(cache.path("entries/" + step.key()));
        assertThat(head)
                .isJson(200)
                .hasHeader("ETag", found.header("ETag"))
                .hasHeader("Docker-Content-Digest", found.header("Docker-Content-Digest"));
        assertThat(head.body()).isEmpty();
    }

    @Test
    void aStepThatChangedNothingHasNoLayer() {
        CacheCalls cache = new CacheCalls(registry, "cache/nothing");
        Step step = step(PARENT, run("true"));
        ObjectNode body = entry(step, TestLayer.of(2));
        body.putNull("layer");
        body.remove("diff_id");
        assertThat(cache.put(step.key(), body)).isJson(201);
        Answer found = cache.get(step.key(), "");
        assertThat(found).isJson(200).hasNoHeader("Docker-Content-Digest");
        assertThat(found.json().get("layer").isNull()).isTrue();
        assertThat(found.json().get("chain_id").stringValue()).isEqualTo(PARENT.orElseThrow().toString());
    }

    @Test
    void whatWasNeverCommittedMisses() {
        CacheCalls cache = new CacheCalls(registry, "cache/never");
        StepKey key = step(PARENT, run("never")).key();
        Answer missed = cache.get(key, "");
        assertThat(missed).isJson(404).hasHeader("Cache-Status", "Strata; fwd=miss; detail=NEVER_SEEN").hasHeader("Age", "0");
        assertThat(missed.find("ETag")).isPresent();
        assertThat(missed.json().get("status").stringValue()).isEqualTo("miss");
        assertThat(missed.json().get("reason").stringValue()).isEqualTo("NEVER_SEEN");
        assertThat(registry.head(cache.path("entries/" + key))).hasStatus(404);
    }

    @Test
    void theFirstWriterWins() {
        CacheCalls cache = new CacheCalls(registry, "cache/first");
        Step step = step(PARENT, run("date > /now"));
        TestLayer first = TestLayer.of(3);
        assertThat(cache.commit(step, first)).isJson(201);
        Answer same = cache.commit(step, first, "If-None-Match", "*");
        assertThat(same).isJson(200);
        Answer second = cache.commit(step, TestLayer.of(4), "If-None-Match", "*");
        assertThat(second).isJson(409);
        assertThat(second.json().get("layer").get("digest").stringValue()).isEqualTo(first.digest().toString());
        assertThat(cache.get(step.key(), "").json().get("layer").get("digest").stringValue())
                .isEqualTo(first.digest().toString());
    }

    @Test
    void theSameTarCompressedOtherwiseIsTheSameResult() {
        CacheCalls cache = new CacheCalls(registry, "cache/recompressed");
        Step step = step(PARENT, run("recompressed"));
        TestLayer gzip = TestLayer.gzip(Content.random(5, 3_000));
        assertThat(cache.commit(step, gzip)).isJson(201);
        TestLayer plain = new TestLayer(Content.random(5, 3_000), gzip.diffId(), TestLayer.PLAIN);
        Answer again = cache.commit(step, plain);
        assertThat(again).isJson(200);
        assertThat(again.json().get("layer").get("digest").stringValue()).isEqualTo(gzip.digest().toString());
    }

    @Test
    void anEntryIsReplacedByWhoKnowsIt() {
        CacheCalls cache = new CacheCalls(registry, "cache/replace");
        Step step = step(PARENT, run("replaced"));
        String tag = cache.commit(step, TestLayer.of(6)).header("ETag");
        TestLayer second = TestLayer.of(7);
        assertThat(cache.commit(step, second, "If-Match", "\"other\""))
                .isError(412, ErrorCode.PRECONDITION_FAILED);
        Answer replaced = cache.commit(step, second, "If-Match", tag);
        assertThat(replaced).isJson(200);
        assertThat(replaced.json().get("layer").get("digest").stringValue()).isEqualTo(second.digest().toString());
        String current = replaced.header("ETag");
        assertThat(cache.commit(step, TestLayer.of(8), "If-Match", "\"other\", W/" + current))
                .isError(412, ErrorCode.PRECONDITION_FAILED);
        assertThat(cache.commit(step, TestLayer.of(8), "If-Match", "other, " + current))
                .isError(400, ErrorCode.UNSUPPORTED, "parameter", "If-Match");
        assertThat(cache.commit(step, TestLayer.of(8), "If-Match", "\"other\", " + current)).isJson(200);
        assertThat(cache.commit(step, TestLayer.of(8), "If-Match", tag)).isError(412, ErrorCode.PRECONDITION_FAILED);
        assertThat(cache.commit(step, TestLayer.of(9), "If-Match", "*")).isJson(200);
        assertThat(cache.commit(step(PARENT, run("fresh")), TestLayer.of(9), "If-Match", "*")).isJson(201);
        assertThat(cache.commit(step(PARENT, run("fresher")), TestLayer.of(9), "If-Match", tag))
                .isError(412, ErrorCode.PRECONDITION_FAILED);
    }

    @Test
    void aLayerIsUploadedBefore() {
        CacheCalls cache = new CacheCalls(registry, "cache/missing");
        Step step = step(PARENT, run("missing"));
        TestLayer layer = TestLayer.of(10);
        registry.pushBlob("cache/elsewhere", layer.content());
        Answer refused = cache.put(step.key(), entry(step, layer));
        assertThat(refused).isJson(422);
        assertThat(refused.json().get("missing").get(0).stringValue()).isEqualTo(layer.digest().toString());
        assertThat(cache.get(step.key(), "")).hasStatus(404);

        TestLayer nowhere = TestLayer.of(11_010);
        Answer missing = cache.post(
                "missing", "{\"digests\":[\"" + layer.digest() + "\",\"" + nowhere.digest() + "\"]}");
        assertThat(missing).isJson(200);
        assertThat(missing.json().get("missing").toString()).isEqualTo("[\"" + nowhere.digest() + "\"]");
        registry.pushBlob(cache.repository(), nowhere.content());
        assertThat(cache.post("missing", "{\"digests\":[\"" + nowhere.digest() + "\"]}").json().get("missing"))
                .isEmpty();
    }

    @Test
    void anEntryWhoseLayerIsGoneMissesAndCanBeWrittenAgain() {
        CacheCalls cache = new CacheCalls(registry, "cache/dangling");
        Step step = step(PARENT, run("dangling"));
        TestLayer layer = TestLayer.of(11);
        cache.commit(step, layer);
        assertThat(registry.delete(RegistryClient.blob(cache.repository(), layer.digest()))).hasStatus(202);
        Answer missed = cache.get(step.key(), "");
        assertThat(missed).isJson(404);
        assertThat(missed.json().get("reason").stringValue()).isEqualTo("INCOMPLETE");
        assertThat(cache.commit(step, TestLayer.of(12))).isJson(201);
        assertThat(cache.get(step.key(), "")).isJson(200);
    }

    @Test
    void scopesAreReadInTheirOrder() {
        CacheCalls cache = new CacheCalls(registry, "cache/scopes");
        Step step = step(PARENT, run("scopes"));
        cache.commitIn("pr-1", step, TestLayer.of(13));
        assertThat(cache.get(step.key(), "")).hasStatus(404);
        assertThat(cache.get(step.key(), "?scopes=pr-2,main")).hasStatus(404);
        assertThat(cache.get(step.key(), "?scopes=pr-1,main").json().get("scope").stringValue()).isEqualTo("pr-1");
        cache.commit(step, TestLayer.of(14));
        assertThat(cache.get(step.key(), "?scopes=pr-1,main").json().get("scope").stringValue()).isEqualTo("pr-1");
        assertThat(cache.get(step.key(), "?scopes=main,pr-1").json().get("scope").stringValue()).isEqualTo("main");
    }

    @Test
    void noAgentWritesTheScopeOfWhatIsReadFromImages() {
        CacheCalls cache = new CacheCalls(registry, "cache/images");
        Step step = step(PARENT, run("images"));
        assertThat(cache.commitIn("images", step, TestLayer.of(22))).isError(403, ErrorCode.DENIED, "scope", "images");
        assertThat(cache.get(step.key(), "")).hasStatus(404);
        Answer missed = cache.get(step.key(), "?scopes=images&lease_ttl_s=60");
        assertThat(missed).isJson(404);
        assertThat(missed.json().has("lease")).isFalse();
        assertThat(registry.delete(cache.path("entries/" + step.key() + "?scope=images"))).isJson(202);
    }

    /** A picture on a page can have any address, and who asks for it is the browser of somebody else. */
    @Test
    void aPageOfAnotherSiteTakesNoLease() {
        CacheCalls cache = new CacheCalls(registry, "cache/cross-site");
        registry.pushBlob(cache.repository(), TestLayer.of(23).content()); // it exists
        Step step = step(PARENT, run("cross-site"));
        String query = "?lease_ttl_s=60";
        assertThat(cache.get(step.key(), query, "Sec-Fetch-Site", "cross-site").json().has("lease")).isFalse();
        assertThat(cache.get(step.key(), query, "Origin", "http://evil.example").json().has("lease")).isFalse();
        assertThat(cache.get(step.key(), query, "Referer", "http://evil.example/").json().has("lease")).isFalse();
        assertThat(cache.get(step.key(), query, "Accept-Language", "en").json().has("lease")).isFalse();
        assertThat(cache.get(step.key(), query, "User-Agent", "Mozilla/5.0 (X11)").json().has("lease")).isFalse();
        assertThat(cache.get(step.key(), query).json().has("lease")).isTrue();
    }

    @Test
    void whatIsTooOldForTheCallerIsGone() {
        CacheCalls cache = new CacheCalls(registry, "cache/age");
        Step step = step(PARENT, run("age"));
        cache.commit(step, TestLayer.of(15));
        for (String seconds : List.of("3600", "2147483648", "3000000000", "4294967295", "999999999999999999")) {
            assertThat(cache.get(step.key(), "?max_age=" + seconds)).hasStatus(200);
        }
        while (cache.get(step.key(), "?max_age=0").status() == 200) {
            Thread.onSpinWait();
        }
        assertThat(cache.get(step.key(), "?max_age=0"))
                .isJson(410)
                .hasHeader("Cache-Status", "Strata; fwd=stale; detail=EXPIRED");
    }

    @Test
    void entriesAreTakenBack() {
        CacheCalls cache = new CacheCalls(registry, "cache/delete");
        Step step = step(PARENT, run("delete"));
        cache.commit(step, TestLayer.of(16));
        cache.commitIn("pr-1", step, TestLayer.of(16));
        assertThat(registry.delete(cache.path("entries/" + step.key() + "?scope=pr-1")).json().get("deleted").intValue())
                .isEqualTo(1);
        assertThat(cache.get(step.key(), "?scopes=pr-1")).hasStatus(404);
        assertThat(cache.get(step.key(), "")).hasStatus(200);
        assertThat(registry.delete(cache.path("entries/" + step.key()))).isJson(202);
        assertThat(cache.get(step.key(), "")).hasStatus(404);
        assertThat(registry.delete(cache.path("entries/" + step.key())).json().get("deleted").intValue()).isZero();
    }

    @Test
    void theWorkOfOneAgentIsTakenBackInOneCall() {
        CacheCalls cache = new CacheCalls(registry, "cache/purge");
        List<Step> steps = List.of(step(PARENT, run("1")), step(PARENT, run("2")), step(PARENT, run("3")));
        TestLayer layer = TestLayer.of(17);
        registry.pushBlob(cache.repository(), layer.content());
        for (Step step : steps) {
            String builder = step == steps.getLast() ? "good" : "bad";
            assertThat(cache.put(step.key(), entry(step, layer).put("builder", builder))).isJson(201);
        }
        assertThat(registry.delete(cache.path("entries"))).isError(400, ErrorCode.UNSUPPORTED);
        assertThat(registry.delete(cache.path("entries?builder=bad&since=2100-01-01T00:00:00Z"))
                        .json().get("deleted").intValue())
                .isZero();
        Answer purged = registry.delete(cache.path("entries?builder=bad&scope=main&since=2000-01-01T00:00:00Z"));
        assertThat(purged).isJson(202);
        assertThat(purged.json().get("deleted").intValue()).isEqualTo(2);
        assertThat(cache.get(steps.getFirst().key(), "")).hasStatus(404);
        assertThat(cache.get(steps.getLast().key(), "")).hasStatus(200);
    }

    @Test
    void theCacheIsDiscovered() {
        JsonNode extensions = registry.get("/v2/some/repository/_oci/ext/discover").json().get("extensions");
        assertThat(extensions.valueStream().map(extension -> extension.get("name").stringValue()))
                .contains("_oci", "_strata");
        assertThat(extensions.toString()).contains("_strata/cache/resolve", "_strata/cache/layer");
    }
}
