package dev.strata.cache.http;

import static dev.strata.cache.http.CacheCalls.operation;
import static dev.strata.cache.http.CacheCalls.run;
import static dev.strata.cache.http.CacheCalls.step;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.problem.ErrorCode;
import dev.strata.step.Content;
import dev.strata.step.Operation;
import dev.strata.step.Step;
import dev.strata.testing.Answer;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** A whole Dockerfile in one question. */
@RegistryTest
class ResolveTest {

    private static final Digest BASE = TestLayer.of(1_000).diffId();
    private static final Optional<ChainId> ON_BASE = Optional.of(new ChainId(BASE));

    @Autowired
    RegistryClient registry;

    /** Commits commands one upon the other, and returns the layers that they gave. */
    private static List<TestLayer> build(CacheCalls cache, Operation... operations) {
        List<TestLayer> layers = new ArrayList<>();
        Optional<ChainId> parent = ON_BASE;
        for (Operation operation : operations) {
            Step step = step(parent, operation);
            TestLayer layer = TestLayer.of(step.key().hashCode());
            assertThat(cache.commit(step, layer)).isJson(201);
            layers.add(layer);
            parent = step.chainIdAfter(Optional.of(layer.diffId()));
        }
        return layers;
    }

    private static String stage(String name, String base, Operation... operations) {
        String steps = Arrays.stream(operations)
                .map(operation -> operation.toJson().toString())
                .collect(Collectors.joining(","));
        return "{\"name\":\"" + name + "\",\"base\":" + base + ",\"steps\":[" + steps + "]}";
    }

    private static String onBase(Operation... operations) {
        return stage("final", "{\"diff_ids\":[\"" + BASE + "\"]}", operations);
    }

    /** @param more further fields, each with a comma behind it */
    private static String request(String more, String... stages) {
        return "{\"platform\":\"linux/amd64\"," + more + "\"stages\":[" + String.join(",", stages) + "]}";
    }

    private static JsonNode resolve(CacheCalls cache, String request) {
        Answer answer = cache.post("resolve", request);
        assertThat(answer).isJson(200);
        return answer.json().get("stages");
    }

    private static List<String> statuses(JsonNode stage) {
        return stage.get("steps")
                .valueStream()
                .map(step -> step.get("status").stringValue())
                .toList();
    }

    @Test
    void theWalkGoesOnFromTheLayersThatItFinds() {
        CacheCalls cache = new CacheCalls(registry, "resolve/walk");
        List<TestLayer> layers = build(cache, run("1"), run("2"), run("3"));
        JsonNode stage = resolve(cache, request("", onBase(run("1"), run("2"), run("3")))).get(0);
        assertThat(stage.get("name").stringValue()).isEqualTo("final");
        assertThat(stage.get("hit_upto").intValue()).isEqualTo(3);
        assertThat(statuses(stage)).containsExactly("hit", "hit", "hit");
        assertThat(stage.get("chain_id").stringValue())
                .isEqualTo(ChainId.ofLayers(List.of(
                                BASE, layers.get(0).diffId(), layers.get(1).diffId(), layers.get(2).diffId()))
                        .orElseThrow()
                        .toString());
        assertThat(stage.get("layers").valueStream().map(layer -> layer.get("diff_id").stringValue()))
                .containsExactlyElementsOf(layers.stream().map(layer -> layer.diffId().toString()).toList());
        JsonNode hit = stage.get("steps").get(0);
        assertThat(hit.get("key").stringValue()).isEqualTo(step(ON_BASE, run("1")).key().toString());
        assertThat(hit.get("scope").stringValue()).isEqualTo("main");
        assertThat(hit.get("exec_ms").intValue()).isEqualTo(41_000);
        assertThat(hit.get("age_s").longValue()).isNotNegative();
    }

    @Test
    void afterTheFirstMissTheRestIsBlocked() {
        CacheCalls cache = new CacheCalls(registry, "resolve/blocked");
        build(cache, run("1"), run("2"), run("3"));
        JsonNode stage = resolve(cache, request("", onBase(run("1"), run("other"), run("3")))).get(0);
        assertThat(stage.get("hit_upto").intValue()).isEqualTo(1);
        assertThat(statuses(stage)).containsExactly("hit", "miss", "blocked");
        assertThat(stage.get("steps").get(1).get("reason").stringValue()).isEqualTo("INSTRUCTION_CHANGED");
    }

    @Test
    void aStepThatChangedNothingHasNoLayer() {
        CacheCalls cache = new CacheCalls(registry, "resolve/nothing");
        Step nothing = step(ON_BASE, run("true"));
        assertThat(cache.put(
                        nothing.key(),
                        CacheCalls.json("{\"step\":" + nothing.canonical() + ",\"layer\":null,\"exec_ms\":1}")))
                .isJson(201);
        TestLayer layer = TestLayer.of(2_000);
        cache.commit(step(ON_BASE, run("2")), layer);
        JsonNode stage = resolve(cache, request("", onBase(run("true"), run("2")))).get(0);
        assertThat(statuses(stage)).containsExactly("hit", "hit");
        assertThat(stage.get("steps").get(0).get("diff_id").isNull()).isTrue();
        assertThat(stage.get("layers")).hasSize(1);
    }

    @Test
    void stagesUseWhatWasBefore() {
        CacheCalls cache = new CacheCalls(registry, "resolve/stages");
        List<TestLayer> built = build(cache, run("make"));
        ChainId end = ChainId.above(ON_BASE, built.getFirst().diffId());
        Operation copy = operation(
                "{\"op\":\"copy\",\"dest\":\"/app\",\"content\":{\"stage\":\"build\",\"paths\":[\"/out\"]}}");
        Step copied = step(
                Optional.empty(),
                copy.mapContents(content -> new Content.OfStage(end.toString(), List.of("/out"))));
        assertThat(cache.commit(copied, TestLayer.of(2_001))).isJson(201);
        assertThat(cache.commit(step(Optional.of(end), run("test")), TestLayer.of(2_002))).isJson(201);

        String build = stage("build", "{\"diff_ids\":[\"" + BASE + "\"]}", run("make"));
        String test = stage("test", "{\"stage\":\"build\"}", run("test"));
        String app = stage("app", "\"scratch\"", copy);
        JsonNode stages = resolve(cache, request("", build, test, app));
        assertThat(stages).allSatisfy(stage -> assertThat(statuses(stage)).containsExactly("hit"));

        String changed = stage("build", "{\"diff_ids\":[\"" + BASE + "\"]}", run("make all"));
        stages = resolve(cache, request("", changed, test, app));
        assertThat(statuses(stages.get(0))).containsExactly("miss");
        assertThat(statuses(stages.get(1))).containsExactly("blocked");
        assertThat(statuses(stages.get(2))).containsExactly("blocked");
    }

    @Test
    void aBaseIsAnImageOfThisRegistry() {
        CacheCalls cache = new CacheCalls(registry, "resolve/base");
        build(cache, run("1"));
        byte[] config = ("{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                        + BASE + "\"]}}")
                .getBytes(UTF_8);
        byte[] layer = TestLayer.of(1_000).content();
        for (String repository : List.of("resolve/base", "resolve/other")) {
            registry.pushBlob(repository, config);
            registry.pushBlob(repository, layer);
            registry.pushManifest(repository, "12", ManifestJson.image(config, layer));
        }
        Digest digest = ManifestJson.image(config, layer).digest();
        for (String reference : List.of("12", digest.toString(), "resolve/other:12", "resolve/other@" + digest)) {
            JsonNode stage = resolve(
                            cache, request("", stage("final", "{\"reference\":\"" + reference + "\"}", run("1"))))
                    .get(0);
            assertThat(statuses(stage)).as(reference).containsExactly("hit");
        }
        JsonNode stage = resolve(cache, request("", stage("final", "{\"reference\":\"docker.io/debian:12\"}", run("1"), run("2"))))
                .get(0);
        assertThat(statuses(stage)).containsExactly("miss", "blocked");
        assertThat(stage.get("steps").get(0).get("reason").stringValue()).isEqualTo("INCOMPLETE");
    }

    @Test
    void aBuildWithoutCacheBypassesIt() {
        CacheCalls cache = new CacheCalls(registry, "resolve/fresh");
        build(cache, run("1"), run("2"));
        JsonNode stage = resolve(cache, request("\"no_cache\":true,", onBase(run("1"), run("2")))).get(0);
        assertThat(statuses(stage)).containsExactly("bypass", "bypass");
        assertThat(stage.get("hit_upto").intValue()).isZero();
        String other = stage("other", "{\"diff_ids\":[\"" + BASE + "\"]}", run("1"));
        JsonNode stages = resolve(cache, request("\"no_cache\":[\"final\"],", other, onBase(run("1"))));
        assertThat(statuses(stages.get(0))).containsExactly("hit");
        assertThat(statuses(stages.get(1))).containsExactly("bypass");
        assertThat(stages.get(1).get("steps").get(0).get("key").stringValue())
                .isEqualTo(step(ON_BASE, run("1")).key().toString());
        String onOther = stage("b", "{\"stage\":\"final\"}", run("3"), run("4"));
        stages = resolve(cache, request("\"no_cache\":true,", onBase(run("1")), onOther));
        assertThat(statuses(stages.get(1))).containsExactly("bypass", "bypass");
        stages = resolve(cache, request("\"no_cache\":[\"final\"],", onBase(run("1")), onOther));
        assertThat(statuses(stages.get(1))).containsExactly("blocked", "blocked");
        String unknown = stage("final", "{\"reference\":\"nowhere:1\"}", run("1"), run("2"));
        stages = resolve(cache, request("\"no_cache\":true,", unknown));
        assertThat(statuses(stages.get(0))).containsExactly("bypass", "bypass");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"op":"run","argv":["x"]}              | {"op":"run","argv":["y"]}                       | INSTRUCTION_CHANGED | {}
            {"op":"run","argv":["x"],"env":{"A":"%1","B":"%1"}} | {"op":"run","argv":["x"],"env":{"A":"%2","B":"%1"}} | ENV_CHANGED | {"variables":["A"]}
            {"op":"run","argv":["x"],"env":{"A":"%1"}} | {"op":"run","argv":["x"],"args":["A"],"env":{"A":"%2"}} | ARG_CHANGED | {"variables":["A"]}
            {"op":"run","argv":["x"],"user":"a"}   | {"op":"run","argv":["x"],"user":"b"}            | ENV_CHANGED | {"fields":["user"]}
            {"op":"copy","dest":"/","content":"%C"} | {"op":"copy","dest":"/","content":"%D"}        | CONTENT_CHANGED | {}
            {"op":"copy","dest":"/","content":"%C"} | {"op":"copy","dest":"/","content":"%C","chmod":"0644"} | INSTRUCTION_CHANGED | {"fields":["chmod"]}
            """)
    void aMissSaysWhatDiffersAndNeverAValue(String before, String now, String reason, String detail) {
        CacheCalls cache = new CacheCalls(registry, "explain/case-" + Math.abs((before + now).hashCode()));
        String content = "sha256:" + "c".repeat(64);
        String one = "sha256:" + "1".repeat(64);
        String two = "sha256:" + "2".repeat(64);
        Operation operation = operation(before.replace("%C", content).replace("%1", one));
        build(cache, operation);
        String asked = now.replace("%C", content).replace("%D", "sha256:" + "d".repeat(64))
                .replace("%1", one)
                .replace("%2", two);
        String request = request(
                "",
                "{\"name\":\"final\",\"base\":{\"diff_ids\":[\"" + BASE + "\"]},\"steps\":[" + asked + "]}");
        for (String endpoint : List.of("resolve", "explain")) {
            JsonNode miss = cache.post(endpoint, request).json().get("stages").get(0).get("steps").get(0);
            assertThat(miss.get("reason").stringValue()).as(endpoint).isEqualTo(reason);
            assertThat(miss.get("detail").toString()).as(endpoint).isEqualTo(detail);
            assertThat(miss.has("nearest")).isEqualTo(endpoint.equals("explain"));
        }
    }

    @Test
    void aMovedBaseAndADivergedParentAreTold() {
        CacheCalls cache = new CacheCalls(registry, "explain/moved");
        build(cache, run("1"), run("2"));
        String other = "{\"diff_ids\":[\"" + TestLayer.of(3_000).diffId() + "\"]}";
        JsonNode moved = resolve(cache, request("", stage("final", other, run("1")))).get(0);
        assertThat(moved.get("steps").get(0).get("reason").stringValue()).isEqualTo("BASE_MOVED");
        cache.commit(step(ON_BASE, run("0")), TestLayer.of(3_001));
        JsonNode diverged = resolve(cache, request("", onBase(run("0"), run("2")))).get(0);
        assertThat(diverged.get("steps").get(1).get("reason").stringValue()).isEqualTo("PARENT_DIVERGED");
        String arm = request("", onBase(run("1"))).replace("linux/amd64", "linux/arm64");
        JsonNode platform = resolve(cache, arm).get(0);
        assertThat(platform.get("steps").get(0).get("reason").stringValue()).isEqualTo("PLATFORM");
        JsonNode scope = resolve(cache, request("\"scopes\":[\"pr-9\"],", onBase(run("1")))).get(0);
        assertThat(scope.get("steps").get(0).get("reason").stringValue()).isEqualTo("SCOPE_DENIED");
    }

    @Test
    void aResolveInAnUnknownRepositoryMisses() {
        CacheCalls cache = new CacheCalls(registry, "resolve/unknown");
        JsonNode stage = resolve(cache, request("\"lease\":{\"ttl_s\":60},", onBase(run("1"), run("2")))).get(0);
        assertThat(statuses(stage)).containsExactly("miss", "blocked");
        assertThat(stage.get("steps").get(0).get("reason").stringValue()).isEqualTo("NEVER_SEEN");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                          | stages
            []                                                          | ``
            {"stages":[]}                                               | platform
            {"platform":"linux/amd64","stages":{}}                      | stages
            {"platform":"linux/amd64","stages":[{}]}                    | stages[0].name
            {"platform":"linux/amd64","stages":[{"name":"a"}]}          | stages[0].base
            {"platform":"linux/amd64","stages":[{"name":"a","base":"alpine"}]} | stages[0].base
            {"platform":"linux/amd64","stages":[{"name":"a","base":{"stage":"a"}}]} | stages[0].base.stage
            {"platform":"linux/amd64","stages":[{"name":"a","base":"scratch","steps":[{"op":"label"}]}]} | stages[0].steps[0].op
            {"platform":"linux/amd64","stages":[{"name":"a","base":"scratch"},{"name":"a","base":"scratch"}]} | stages[1].name
            {"platform":"linux/amd64","stages":[],"no_cache":["x"]}     | no_cache
            {"platform":"linux/amd64","stages":[],"lease":{}}           | lease.ttl_s
            {"platform":"linux/amd64","stages":[],"max_age_s":-1}       | max_age_s
            {"platform":"linux/amd64","stages":[],"surprise":1}         | surprise
            """)
    void aRequestThatIsNotWhatItShouldBeIsRefused(String request, String field) {
        CacheCalls cache = new CacheCalls(registry, "resolve/bad");
        assertThat(cache.post("resolve", request)).isError(400, ErrorCode.STEP_INVALID, "field", field);
        assertThat(cache.post("explain", request)).isError(400, ErrorCode.STEP_INVALID, "field", field);
    }

    @Test
    void tenThousandStepsAreTooMany() {
        CacheCalls cache = new CacheCalls(registry, "resolve/many");
        for (int count : new int[] {1_001, 10_000}) {
            Operation[] steps =
                    IntStream.range(0, count).mapToObj(number -> run("x")).toArray(Operation[]::new);
            assertThat(cache.post("resolve", request("", onBase(steps)))).isError(413, ErrorCode.SIZE_INVALID);
        }
        Operation[] steps = IntStream.range(0, 1_000).mapToObj(number -> run("x")).toArray(Operation[]::new);
        assertThat(cache.post("resolve", request("", onBase(steps)))).isJson(200);
        assertThat(cache.post("resolve", " ".repeat(1024 * 1024 + 1))).isError(413, ErrorCode.SIZE_INVALID);
    }

    @Test
    void whatClientsPullOfLayersIsCounted() {
        CacheCalls cache = new CacheCalls(registry, "resolve/served");
        TestLayer layer = build(cache, run("1")).getFirst();
        Digest other = registry.pushBlob(cache.repository(), TestLayer.of(999).content());
        registry.pushBlob("resolve/served-elsewhere", layer.content());
        cache.commitIn("pr-1", step(ON_BASE, run("2")), layer); // the same layer once more
        registry.getBlob(cache.repository(), layer.digest());
        registry.getBlob(cache.repository(), layer.digest());
        registry.getBlob(cache.repository(), layer.digest(), "Range", "bytes=0-99");
        registry.getBlob(cache.repository(), layer.digest(), "If-None-Match", "\"" + layer.digest() + "\"");
        registry.head(RegistryClient.blob(cache.repository(), layer.digest()));
        registry.getBlob(cache.repository(), other);
        registry.getBlob("resolve/served-elsewhere", layer.digest());
        for (var group : Map.of("repository", cache.repository(), "scope", "main", "instruction", "RUN").entrySet()) {
            await().untilAsserted(() -> {
                JsonNode groups = registry.get(cache.path("stats?by=" + group.getKey())).json().get("groups");
                assertThat(groups).as(group.getKey()).hasSize(1);
                assertThat(groups.get(0).get("name").stringValue()).isEqualTo(group.getValue());
                assertThat(groups.get(0).get("bytes_served").intValue()).isEqualTo(2 * layer.content().length + 100);
            });
        }
    }

    @Test
    void whatItSavedIsCounted() {
        CacheCalls cache = new CacheCalls(registry, "resolve/stats");
        List<TestLayer> layers = build(cache, run("1"), run("2"));
        resolve(cache, request("\"lease\":{\"ttl_s\":60},", onBase(run("1"), run("other"), run("3"))));
        JsonNode stats = registry.get(cache.path("stats?window=1d")).json();
        JsonNode group = stats.get("groups").get(0);
        assertThat(group.get("name").stringValue()).isEqualTo("resolve/stats");
        assertThat(group.get("hits").intValue()).isEqualTo(1);
        assertThat(group.get("misses").get("INSTRUCTION_CHANGED").intValue()).isEqualTo(1);
        assertThat(group.get("bytes_not_uploaded").intValue()).isEqualTo(layers.getFirst().content().length);
        assertThat(group.get("exec_ms_saved").intValue()).isEqualTo(41_000);
        assertThat(group.get("leases").get("granted").intValue()).isEqualTo(1);
        assertThat(stats.get("entries_never_read").intValue()).isEqualTo(1);
        cache.post("explain", request("", onBase(run("1"))));
        JsonNode byScope = registry.get(cache.path("stats?by=scope")).json().get("groups");
        assertThat(byScope.get(0).get("name").stringValue()).isEqualTo("main");
        assertThat(byScope.get(0).get("hits").intValue()).as("an explanation is no use").isEqualTo(1);
        JsonNode byInstruction = registry.get(cache.path("stats?by=instruction")).json().get("groups");
        assertThat(byInstruction.valueStream().map(each -> each.get("name").stringValue())).contains("RUN");
        JsonNode entry = cache.get(step(ON_BASE, run("1")).key(), "").json();
        assertThat(entry.get("hits").intValue()).isEqualTo(1);
        assertThat(entry.get("last_hit_at").isString()).isTrue();
        assertThat(registry.get("/actuator/prometheus").text())
                .contains("strata_cache_events_total", "event=\"hit\"", "strata_cache_commits_total", "strata_cache_not_uploaded_bytes_total", "strata_cache_not_executed_seconds_total");
    }
}
