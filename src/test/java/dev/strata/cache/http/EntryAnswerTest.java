package dev.strata.cache.http;

import static dev.strata.cache.http.CacheCalls.entry;
import static dev.strata.cache.http.CacheCalls.run;
import static dev.strata.cache.http.CacheCalls.step;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.ChainId;
import dev.strata.problem.ErrorCode;
import dev.strata.step.Step;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What answers tell of entries: all that clients of a layer need, and no value that a command saw. */
@RegistryTest
class EntryAnswerTest {

    private static final Optional<ChainId> PARENT = Optional.of(ChainId.of("sha256:" + "a".repeat(64)));
    private static final String TOC = """
            {"containerd.io/snapshot/stargz/toc.digest":"sha256:abc","io.github.containers.zstd-chunked.manifest-position":"1:2:3:1","ü€😀":"\\u0000"}""";

    @Autowired
    RegistryClient registry;

    @Test
    void annotationsOfALayerAreInEveryAnswerThatNamesTheLayer() {
        CacheCalls cache = new CacheCalls(registry, "answers/annotations");
        Step step = step(PARENT, run("make"));
        TestLayer layer = TestLayer.of(70);
        ObjectNode body = annotated(entry(step, layer), TOC);
        registry.pushBlob(cache.repository(), layer.content());

        Answer committed = cache.put(step.key(), body);

        assertThat(committed).isJson(201);
        assertThat(committed.json().get("layer")).isEqualTo(body.get("layer"));
        assertThat(cache.get(step.key(), "").json().get("layer")).isEqualTo(body.get("layer"));
        assertThat(cache.layer(PARENT.orElseThrow().toString(), "RUN make", "").json().get("layer"))
                .isEqualTo(body.get("layer"));
        JsonNode resolved = resolve(cache, "{\"op\":\"run\",\"argv\":[\"/bin/sh\",\"-c\",\"make\"]}").json();
        assertThat(resolved.get("stages").get(0).get("layers").get(0).get("annotations")).isEqualTo(CacheCalls.json(TOC));
    }

    @Test
    void anEntryThatIsReplacedHasTheAnnotationsOfTheNewLayer() {
        CacheCalls cache = new CacheCalls(registry, "answers/replaced");
        Step step = step(PARENT, run("make"));
        registry.pushBlob(cache.repository(), TestLayer.of(71).content());
        assertThat(cache.put(step.key(), annotated(entry(step, TestLayer.of(71)), TOC))).isJson(201);

        assertThat(cache.commit(step, TestLayer.of(72), "If-Match", "*")).isJson(200);

        assertThat(cache.get(step.key(), "").json().get("layer")).isEqualTo(TestLayer.of(72).json());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            []             | layer.annotations
            {"a":1}        | layer.annotations.a
            {"":"x"}       | layer.annotations
            {"a":"%long%"} | layer.annotations
            """)
    void annotationsThatCannotBeKeptAreRefused(String annotations, String field) {
        CacheCalls cache = new CacheCalls(registry, "answers/refused");
        Step step = step(PARENT, run("refused"));
        registry.pushBlob(cache.repository(), TestLayer.of(73).content());

        Answer refused = cache.put(
                step.key(), annotated(entry(step, TestLayer.of(73)), annotations.replace("%long%", "x".repeat(4_090))));

        assertThat(refused).isError(400, ErrorCode.STEP_INVALID, "field", field);
        assertThat(cache.get(step.key(), "")).hasStatus(404);
    }

    /** A short secret is soon guessed from its SHA-256 digest. */
    @Test
    void noAnswerHasTheDigestOfAValueThatACommandSaw() {
        CacheCalls cache = new CacheCalls(registry, "answers/secrets");
        String digest = Content.sha256("hush".getBytes(UTF_8)).toString();
        String run = "{\"op\":\"run\",\"argv\":[\"/bin/sh\",\"-c\",\"npm ci\"],\"env\":{\"TOKEN\":\"%s\"}}".formatted(digest);
        Step step = step(PARENT, CacheCalls.operation(run));
        String other = run.replace(digest, Content.sha256("other".getBytes(UTF_8)).toString());

        for (Answer answer : List.of(
                cache.commit(step, TestLayer.of(74)),
                cache.commit(step, TestLayer.of(74)),
                cache.commit(step, TestLayer.of(75)),
                cache.get(step.key(), ""),
                cache.layer(PARENT.orElseThrow().toString(), "RUN npm ci", ""),
                cache.layer(PARENT.orElseThrow().toString(), "RUN npm ci", "&env=TOKEN=hush"),
                resolve(cache, run),
                resolve(cache, other),
                cache.post("explain", request(other)))) {
            assertThat(answer.status()).isIn(200, 201, 409);
            assertThat(answer.text()).doesNotContain("hush", digest, digest.substring("sha256:".length()));
        }
    }

    @Test
    void keyedDigestsTellWhetherAVariableOfTheRepositoryHasTheSameValue() {
        CacheCalls cache = new CacheCalls(registry, "answers/keyed");

        String first = keyed(cache, "one", "{\"A\":\"1\",\"B\":\"1\"}", "A");

        assertThat(first).matches("hmac-sha256:[0-9a-f]{64}");
        assertThat(keyed(cache, "two", "{\"A\":\"1\"}", "A")).isEqualTo(first);
        assertThat(keyed(cache, "three", "{\"A\":\"2\"}", "A")).isNotEqualTo(first);
        assertThat(keyed(cache, "four", "{\"A\":\"2\",\"B\":\"1\"}", "B")).isNotEqualTo(first);
        assertThat(keyed(new CacheCalls(registry, "answers/elsewhere"), "one", "{\"A\":\"1\"}", "A"))
                .isNotEqualTo(first);
    }

    private static String keyed(CacheCalls cache, String command, String env, String name) {
        Step step = step(PARENT, CacheCalls.operation("{\"op\":\"run\",\"argv\":[\"%s\"],\"env\":%s}".formatted(command, env)));
        assertThat(cache.commit(step, TestLayer.of(76))).isJson(201);
        return cache.get(step.key(), "").json().get("step").get("env").get(name).stringValue();
    }

    private static ObjectNode annotated(ObjectNode body, String annotations) {
        ((ObjectNode) body.get("layer")).set("annotations", CacheCalls.json(annotations));
        return body;
    }

    private static Answer resolve(CacheCalls cache, String step) {
        return cache.post("resolve", request(step));
    }

    private static String request(String step) {
        return """
                {"platform":"linux/amd64","stages":[{"name":"final","base":{"diff_ids":["%s"]},"steps":[%s]}]}
                """.formatted(PARENT.orElseThrow(), step);
    }
}
