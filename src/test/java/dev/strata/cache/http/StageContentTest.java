package dev.strata.cache.http;

import static dev.strata.cache.http.CacheCalls.operation;
import static dev.strata.cache.http.CacheCalls.run;
import static dev.strata.cache.http.CacheCalls.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.problem.ErrorCode;
import dev.strata.step.Operation;
import dev.strata.step.Step;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import dev.strata.testing.TestTar;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Copies from stages: what counts is what is copied, not how it came about. */
@RegistryTest
class StageContentTest {

    private static final Digest BASE = TestLayer.of(4_100).diffId();
    private static final Optional<ChainId> ON_BASE = Optional.of(new ChainId(BASE));

    @Autowired
    RegistryClient registry;

    /** A stage on scratch that ends on these layers; each comes of a command that has its number in it. */
    private record BuiltStage(CacheCalls cache, String command, List<TestLayer> layers) {

        static BuiltStage of(CacheCalls cache, String command, TestTar... tars) {
            List<TestLayer> layers = Stream.of(tars).map(tar -> TestLayer.gzip(tar.bytes())).toList();
            BuiltStage stage = new BuiltStage(cache, command, layers);
            Optional<ChainId> parent = Optional.empty();
            for (int i = 0; i < layers.size(); i++) {
                Step step = step(parent, run(command + i));
                assertThat(cache.commit(step, layers.get(i))).isJson(201);
                parent = step.chainIdAfter(Optional.of(layers.get(i).diffId()));
            }
            return stage;
        }

        List<Digest> diffIds() {
            return layers.stream().map(TestLayer::diffId).toList();
        }

        Step copy(String... paths) {
            return step(ON_BASE, from(ChainId.ofLayers(diffIds()).orElseThrow().toString(), paths));
        }

        ObjectNode entry(Step step, TestLayer layer) {
            ObjectNode entry = CacheCalls.entry(step, layer);
            ArrayNode json = entry.putArray("stages").addObject().putArray("layers");
            layers.forEach(each -> json.add(each.json().put("diff_id", each.diffId().toString())));
            return entry;
        }

        /** Commits that a copy from it gave a layer. */
        void commitCopy(TestLayer layer, String... paths) {
            cache.registry().pushBlob(cache.repository(), layer.content());
            Step step = copy(paths);
            assertThat(cache.put(step.key(), entry(step, layer))).isJson(201);
        }

        String asked() {
            String steps = Stream.iterate(0, i -> i + 1)
                    .limit(layers.size())
                    .map(i -> run(command + i).toJson().toString())
                    .collect(Collectors.joining(","));
            return "{\"name\":\"build\",\"base\":\"scratch\",\"steps\":[" + steps + "]}";
        }

        /** What is answered for a copy from it, and for what comes behind that. */
        JsonNode look(CacheCalls asker, String question, String stage, Operation... steps) {
            String all = Arrays.stream(steps).map(each -> each.toJson().toString()).collect(Collectors.joining(","));
            var answer = asker.post(question, "{\"platform\":\"linux/amd64\",\"stages\":[" + stage
                    + ",{\"name\":\"final\",\"base\":{\"diff_ids\":[\"" + BASE + "\"]},\"steps\":[" + all + "]}]}");
            assertThat(answer).isJson(200);
            return answer.json().get("stages").get(1).get("steps");
        }

        JsonNode resolve(Operation... steps) {
            return look(cache, "resolve", asked(), steps);
        }
    }

    private static Operation from(String stage, String... paths) {
        String all = Stream.of(paths).map(path -> "\"" + path + "\"").collect(Collectors.joining(","));
        return operation("{\"op\":\"copy\",\"dest\":\"/to/\",\"content\":{\"stage\":\"" + stage + "\",\"paths\":[" + all + "]}}");
    }

    private static String status(JsonNode step) {
        return step.get("status").stringValue();
    }

    @Test
    void aSourceThatChangedCostsNothingWhereTheResultIsTheSame() {
        CacheCalls cache = new CacheCalls(registry, "stages/same");
        TestLayer copied = TestLayer.of(4_101);
        BuiltStage one = BuiltStage.of(cache, "one", new TestTar().file("src", "# one"), new TestTar().file("out", "code"));
        one.commitCopy(copied, "/out");
        Step behind = step(Optional.of(ChainId.above(ON_BASE, copied.diffId())), run("expensive"));
        assertThat(cache.commit(behind, TestLayer.of(4_102))).isJson(201);

        BuiltStage two = BuiltStage.of(cache, "two", new TestTar().file("src", "# two"), new TestTar().mode(0644).file("./out", "code"), new TestTar().file("more", ""));
        JsonNode steps = two.resolve(from("build", "/out"), run("expensive"));

        assertThat(status(steps.get(0))).isEqualTo("hit");
        assertThat(steps.get(0).get("diff_id").stringValue()).isEqualTo(copied.diffId().toString());
        assertThat(status(steps.get(1))).isEqualTo("hit");
        assertThat(status(two.resolve(from("build", "/src")).get(0))).isEqualTo("miss");
        assertThat(status(one.resolve(from("build", "/out")).get(0))).as("by the chain").isEqualTo("hit");
    }

    @Test
    void aMissNamesTheFileOfTheStageThatChanged() {
        CacheCalls cache = new CacheCalls(registry, "stages/changed");
        TestTar before = new TestTar().directory("app").file("app/a", "a").file("app/b", "b");
        BuiltStage.of(cache, "before", before).commitCopy(TestLayer.of(4_103), "/app");
        TestTar after = new TestTar().directory("app").file("app/a", "a").file("app/b", "other");
        BuiltStage stage = BuiltStage.of(cache, "after", after);

        for (String question : List.of("resolve", "explain")) {
            JsonNode miss = stage.look(cache, question, stage.asked(), from("build", "/app")).get(0);
            assertThat(status(miss)).isEqualTo("miss");
            assertThat(miss.get("key").stringValue()).isEqualTo(stage.copy("/app").key().toString());
            assertThat(miss.get("reason").stringValue()).isEqualTo("CONTENT_CHANGED");
            assertThat(miss.get("detail").get("paths").valueStream().map(JsonNode::stringValue)).containsExactly("/app/b");
        }
    }

    @Test
    void aLayerThatIsNoTarLeavesTheChainToCount() {
        CacheCalls cache = new CacheCalls(registry, "stages/unclear");
        TestTar noTar = new TestTar().raw(new byte[] {1, 2, 3});
        BuiltStage one = BuiltStage.of(cache, "one", new TestTar().file("out", "code"), noTar);
        one.commitCopy(TestLayer.of(4_104), "/out");
        BuiltStage two = BuiltStage.of(cache, "two", new TestTar().file("out", "code"), new TestTar().raw(new byte[] {4}));
        assertThat(status(one.resolve(from("build", "/out")).get(0))).isEqualTo("hit");
        assertThat(status(two.resolve(from("build", "/out")).get(0))).isEqualTo("miss");
    }

    @Test
    void aBaseIsReadWhenWhatIsInItIsCopied() {
        CacheCalls cache = new CacheCalls(registry, "stages/base");
        TestLayer base = TestLayer.gzip(new TestTar().directory("etc").file("etc/base", "x").bytes());
        registry.pushBlob(cache.repository(), base.content());
        TestLayer one = TestLayer.gzip(new TestTar().directory("etc").file("etc/own", "y").bytes());
        TestLayer two = TestLayer.gzip(new TestTar().directory("etc").file("etc/own", "y").file("other", "").bytes());
        registry.pushBlob(cache.repository(), two.content());
        assertThat(cache.commit(step(Optional.of(new ChainId(base.diffId())), run("own")), one)).isJson(201);
        assertThat(cache.commit(step(Optional.of(new ChainId(base.diffId())), run("own and other")), two)).isJson(201);
        new BuiltStage(cache, "", List.of(base, one)).commitCopy(TestLayer.of(4_105), "/etc");

        BuiltStage after = new BuiltStage(cache, "", List.of(base, two));
        assertThat(status(after.look(cache, "resolve", onLayers(after), from("build", "/etc")).get(0))).isEqualTo("hit");
    }

    /** A stage that is nothing but these layers. */
    private static String onLayers(BuiltStage stage) {
        String all = stage.diffIds().stream().map(digest -> "\"" + digest + "\"").collect(Collectors.joining(","));
        return "{\"name\":\"build\",\"base\":{\"diff_ids\":[" + all + "]},\"steps\":[]}";
    }

    @Test
    void nobodyLearnsWhatIsInLayersThatTheRepositoryDoesNotHave() {
        CacheCalls cache = new CacheCalls(registry, "stages/owner");
        CacheCalls stranger = new CacheCalls(registry, "stages/stranger");
        registry.pushBlob(stranger.repository(), TestLayer.of(4_106).content());
        BuiltStage guess = BuiltStage.of(cache, "guess", new TestTar().file("secret", "guess"));
        guess.commitCopy(TestLayer.of(4_107), "/secret");
        BuiltStage owned = BuiltStage.of(cache, "owned", new TestTar().file("x", ""), new TestTar().file("secret", "guess"));

        assertThat(status(owned.look(cache, "resolve", onLayers(owned), from("build", "/secret")).get(0))).isEqualTo("hit");
        assertThat(status(owned.look(stranger, "resolve", onLayers(owned), from("build", "/secret")).get(0))).isEqualTo("miss");
    }

    @Test
    void whatIsTakenBackIsGoneByItsContentToo() {
        CacheCalls cache = new CacheCalls(registry, "stages/taken");
        BuiltStage one = BuiltStage.of(cache, "one", new TestTar().file("out", "code"));
        one.commitCopy(TestLayer.of(4_108), "/out");
        BuiltStage two = BuiltStage.of(cache, "two", new TestTar().file("a", ""), new TestTar().file("out", "code"));
        assertThat(status(two.resolve(from("build", "/out")).get(0))).isEqualTo("hit");

        assertThat(registry.delete(cache.path("entries/" + one.copy("/out").key())).status()).isEqualTo(202);

        assertThat(status(one.resolve(from("build", "/out")).get(0))).isEqualTo("miss");
        assertThat(status(two.resolve(from("build", "/out")).get(0))).isEqualTo("miss");
    }

    @Test
    void layersOfStagesThatAreNoneAreRefused() {
        CacheCalls cache = new CacheCalls(registry, "stages/refused");
        BuiltStage stage = BuiltStage.of(cache, "one", new TestTar().file("out", "code"));
        TestLayer layer = TestLayer.of(4_109);
        registry.pushBlob(cache.repository(), layer.content());
        Step step = stage.copy("/out");
        ObjectNode entry = CacheCalls.entry(step, layer);
        entry.putArray("stages").addObject().putArray("layers").addObject().put("digest", "x");
        assertThat(cache.put(step.key(), entry)).isError(400, ErrorCode.STEP_INVALID, "field", "stages[0].layers[0].diff_id");
        // Those of another stage than the one that was copied from say nothing.
        BuiltStage other = new BuiltStage(cache, "", List.of(layer));
        assertThat(cache.put(step.key(), other.entry(step, layer))).isJson(201);
        BuiltStage two = BuiltStage.of(cache, "two", new TestTar().file("a", ""), new TestTar().file("out", "code"));
        assertThat(status(two.resolve(from("build", "/out")).get(0))).isEqualTo("miss");
    }
}
