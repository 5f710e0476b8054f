package dev.strata.cache.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.database.work.WorkQueue;
import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.problem.ErrorCode;
import dev.strata.step.Step;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What images that are pushed tell of their steps, and the simple question that finds it. */
@RegistryTest
class DerivedTest {

    private static final TestLayer BASE = TestLayer.of(50);
    private static final TestLayer MADE = TestLayer.of(51);

    private static final String CLASSIC = """
            {"os":"linux","architecture":"amd64","config":{"Env":["PATH=/bin","A=1"],"User":"app","WorkingDir":"/srv"},
             "rootfs":{"type":"layers","diff_ids":["%s","%s"]},
             "history":[{"created_by":"/bin/sh -c #(nop) ADD file:ab in / "},
                        {"created_by":"/bin/sh -c #(nop)  ENV PATH=/bin A=1","empty_layer":true},
                        {"created_by":"/bin/sh -c #(nop) WORKDIR /srv","empty_layer":true},
                        {"created_by":"/bin/sh -c #(nop)  USER app","empty_layer":true},
                        {"created_by":"/bin/sh -c make install"}]}"""
            .formatted(BASE.diffId(), MADE.diffId());
    private static final String BUILDKIT = CLASSIC.replace("/bin/sh -c make install", "RUN /bin/sh -c make install # buildkit");

    @Autowired
    RegistryClient registry;

    @Autowired
    WorkQueue queue;

    private Digest push(String repository, String tag, String config, TestLayer... layers) {
        byte[] bytes = config.getBytes(UTF_8);
        registry.pushBlob(repository, bytes);
        for (TestLayer layer : layers) {
            registry.pushBlob(repository, layer.content());
        }
        byte[][] contents = Arrays.stream(layers).map(TestLayer::content).toArray(byte[][]::new);
        Digest digest = registry.pushManifest(repository, tag, ManifestJson.image(bytes, contents));
        await().until(() -> queue.waiting("derive-entries") == 0);
        assertThat(queue.setAside("derive-entries")).isZero();
        return digest;
    }

    @Test
    void whatIsDerivedHasTheAnnotationsOfTheImagesLayer() {
        CacheCalls cache = new CacheCalls(registry, "derived/annotations");
        pushBase(cache.repository());
        byte[] config = CLASSIC.getBytes(UTF_8);
        registry.pushBlob(cache.repository(), config);
        registry.pushBlob(cache.repository(), MADE.content());
        ManifestJson image = ManifestJson.image(config, BASE.content());
        ObjectNode made = MADE.json();
        made.putObject("annotations").put("containerd.io/snapshot/stargz/toc.digest", "sha256:abc");
        registry.pushManifest(cache.repository(), "v1", image.layer(made));
        await().until(() -> queue.waiting("derive-entries") == 0);

        assertThat(cache.layer("base", "RUN make install", "").json().get("layer")).isEqualTo(made);
    }

    /** A base image that says what a command on it sees. */
    private Digest pushBase(String repository) {
        return push(
                repository,
                "base",
                """
                {"os":"linux","architecture":"amd64","config":{"Env":["PATH=/bin","A=1"],"User":"app","WorkingDir":"/srv"},
                 "rootfs":{"type":"layers","diff_ids":["%s"]}}"""
                        .formatted(BASE.diffId()),
                BASE);
    }

    /** Whatever a configuration says, the image is taken; and what no step can be is no entry. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sha512 diff IDs",
                "a variable without a name",
                "half of a character",
                "a zero byte",
                "a history of another image",
                "a variable of a megabyte",
                "a history of 10,000 lines",
                "a blank platform",
                "no JSON at all"
            })
    void anImageIsTakenWhateverItsConfigurationSays(String what) {
        CacheCalls cache = new CacheCalls(registry, "derived/hostile");
        String config =
                switch (what) {
                    case "sha512 diff IDs" ->
                        CLASSIC.replace(BASE.diffId().toString(), "sha512:" + "ab".repeat(64));
                    case "a variable without a name" -> CLASSIC.replace("A=1", "=1");
                    case "half of a character" -> CLASSIC.replace("make install", "make \\ud800");
                    case "a zero byte" -> CLASSIC.replace("make install", "make \\u0000").replace("ADD", "ADD \\u0000");
                    case "a history of another image" -> CLASSIC.replace("make install", "#(nop) COPY a b");
                    case "a variable of a megabyte" -> CLASSIC.replace("A=1", "A=" + "x".repeat(1_000_000));
                    case "a history of 10,000 lines" -> CLASSIC.replace(
                            "\"history\":[",
                            "\"history\":["
                                    + "{\"created_by\":\"/bin/sh -c #(nop) WORKDIR a\",\"empty_layer\":true},".repeat(9_900));
                    case "a blank platform" -> CLASSIC.replace("linux", "").replace("amd64", " ");
                    case "no JSON at all" -> "{";
                    default -> throw new IllegalArgumentException(what);
                };
        push(cache.repository(), "v1", config, BASE, MADE);
        Answer report = registry.get("/api/savings/repositories/derived/hostile/image?reference=v1");
        assertThat(report).hasStatus(200);
        await("the books").until(() -> registry.get("/api/savings").json().path("pending").intValue() == 0);
    }

    @Test
    void theStepsOfAnImageAreFoundOnItsParents() {
        CacheCalls cache = new CacheCalls(registry, "derived/classic");
        Digest base = pushBase(cache.repository());
        assertThat(cache.layer("base", "RUN make install", "")).hasStatus(404);
        push(cache.repository(), "v1", CLASSIC, BASE, MADE);
        for (String parent : List.of("base", base.toString())) {
            Answer found = cache.layer(parent, "RUN make install", "");
            assertThat(found).isJson(200).hasHeader("Docker-Content-Digest", MADE.digest().toString());
            JsonNode entry = found.json();
            assertThat(entry.get("match").stringValue()).isEqualTo("exact");
            assertThat(entry.get("source").stringValue()).isEqualTo("derived");
            assertThat(entry.has("confidence")).isFalse();
            assertThat(entry.get("scope").stringValue()).isEqualTo("images");
            assertThat(entry.get("diff_id").stringValue()).isEqualTo(MADE.diffId().toString());
            assertThat(entry.get("chain_id").stringValue())
                    .isEqualTo(ChainId.ofLayers(List.of(BASE.diffId(), MADE.diffId())).orElseThrow().toString());
            ObjectNode step = (ObjectNode) entry.get("step");
            assertThat(step.get("env").propertyNames()).containsExactlyInAnyOrder("A", "PATH");
            step.putObject("env").put("A", "1").put("PATH", "/bin");
            assertThat(Step.of(step).key()).hasToString(entry.get("key").stringValue());
        }
        assertThat(cache.layer("base", "RUN make", "").json().get("reason").stringValue()).isEqualTo("NEVER_SEEN");
        assertThat(cache.layer("base", "RUN make install", "&scopes=main"))
                .as("whoever pushes an image could write it")
                .hasStatus(404);
        assertThat(cache.layer("base", "RUN make install", "&scopes=images")).hasStatus(200);
    }

    /** Build arguments are often secrets, and whoever may ask for an instruction is told of the step that it made. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            TOKEN=hush                      | make install                    | 200
            TOKEN=hush /bin/sh -c hush      | make install                    | 404
            """)
    void noAnswerTellsTheValueOfABuildArgument(String argument, String command, int status) {
        CacheCalls cache = new CacheCalls(registry, "derived/secret-" + status);
        String image = CLASSIC.replace(
                        "{\"created_by\":\"/bin/sh -c make install\"}",
                        "{\"created_by\":\"/bin/sh -c #(nop)  ARG TOKEN\",\"empty_layer\":true},"
                                + "{\"created_by\":\"|1 " + argument + " /bin/sh -c " + command + "\"}");
        push(cache.repository(), "v1", image, BASE, MADE);
        Answer found = cache.layer(BASE.diffId().toString(), "RUN " + command, "");
        assertThat(found).hasStatus(status);
        assertThat(found.text()).doesNotContain("hush");
        if (status == 200) {
            Answer entry = registry.get(cache.path("entries/" + found.json().get("key").stringValue() + "?scopes=images"));
            assertThat(entry.json().get("step").get("env").get("TOKEN").stringValue())
                    .matches("hmac-sha256:[0-9a-f]{64}");
            assertThat(entry.text()).doesNotContain("hush", Content.sha256("hush".getBytes(UTF_8)).hex());
        }
        String step = "{\"op\":\"run\",\"argv\":[\"/bin/sh\",\"-c\",\"" + command + "\"]}";
        Answer explained = cache.post("explain", """
                {"platform":"linux/amd64","scopes":["images"],"stages":[{"name":"final","base":{"diff_ids":["%s"]},"steps":[%s]}]}
                """.formatted(BASE.diffId(), step));
        assertThat(explained).hasStatus(200);
        assertThat(explained.text()).doesNotContain("hush");
    }

    /** One platform, however it is written: in the image, in the index and in the question. */
    @ParameterizedTest
    @CsvSource({
        "arm64, v8, linux/arm64, linux/arm64/v8",
        "arm64, '', linux/arm64/v8, linux/aarch64",
        "amd64, '', linux/amd64/v1, linux/x86_64",
        "x86_64, v1, linux/amd64, Linux/AMD64",
        "arm, v7, linux/arm, linux/armhf"
    })
    void platformsAreComparedAsContainerdDoes(String architecture, String variant, String one, String other) {
        CacheCalls cache = new CacheCalls(registry, "derived/platform-" + architecture + variant);
        String config = CLASSIC.replace(
                "\"architecture\":\"amd64\"",
                "\"architecture\":\"%s\",\"variant\":\"%s\"".formatted(architecture, variant));
        push(cache.repository(), "v1", config, BASE, MADE);
        for (String platform : List.of(one, other)) {
            assertThat(registry.get(cache.path("layer?parent=" + BASE.diffId() + "&platform=" + platform
                            + "&instruction=RUN+make+install&env=PATH=/bin&env=A=1&user=app&cwd=/srv")))
                    .isJson(200);
        }
    }

    @Test
    void onABareChainAnyEntryWithThatCommandCounts() {
        CacheCalls cache = new CacheCalls(registry, "derived/chain");
        push(cache.repository(), "v1", CLASSIC, BASE, MADE);
        Answer found = cache.layer(BASE.diffId().toString(), "RUN make install", "");
        assertThat(found).isJson(200);
        assertThat(found.json().get("match").stringValue()).isEqualTo("instruction");
        String surroundings = "&env=PATH%3D/bin&env=A%3D1&user=app&cwd=/srv";
        assertThat(cache.layer(BASE.diffId().toString(), "RUN make install", surroundings).json().get("match").stringValue())
                .isEqualTo("exact");
        assertThat(cache.layer(BASE.diffId().toString(), "RUN make install", "&user=other")).hasStatus(404);
        assertThat(registry.get(cache.path("layer?parent=" + BASE.diffId() + "&instruction=RUN%20make%20install"
                        + "&platform=linux/arm64")))
                .hasStatus(404);
    }

    @Test
    void whatBuildKitTellsIsForWhoAsksForHints() {
        CacheCalls cache = new CacheCalls(registry, "derived/buildkit");
        pushBase(cache.repository());
        push(cache.repository(), "v1", BUILDKIT, BASE, MADE);
        assertThat(cache.layer("base", "RUN make install", "")).hasStatus(404);
        assertThat(cache.layer("base", "RUN make install", "&trust=recorded")).hasStatus(404);
        Answer hint = cache.layer("base", "RUN make install", "&trust=any");
        assertThat(hint).isJson(200);
        assertThat(hint.json().get("source").stringValue()).isEqualTo("derived");
        assertThat(hint.json().get("confidence").stringValue()).isEqualTo("hint");
        assertThat(cache.layer("base", "RUN make install", "&trust=any&scopes=main,pr-1")).isJson(200);
    }

    @Test
    void stepsOnAnImportedBaseAreFoundWhereTheBaseIsHere() {
        CacheCalls cache = new CacheCalls(registry, "derived/imported");
        String image = CLASSIC.replace("{\"created_by\":\"/bin/sh -c #(nop) ADD file:ab in / \"},", "")
                .replaceAll("\\{\"created_by\":\"/bin/sh -c #\\(nop\\)[^}]*},\\s*", "");
        push(cache.repository(), "alone", image, BASE, MADE);
        pushBase(cache.repository());
        assertThat(cache.layer("base", "RUN make install", "")).hasStatus(404);
        CacheCalls other = new CacheCalls(registry, "derived/imported-known");
        pushBase(other.repository());
        push(other.repository(), "v1", image, BASE, MADE);
        assertThat(other.layer("base", "RUN make install", "")).isJson(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            squashed  | "history":[                    | "history":[{"created_by":"x"},
            other-env | "Env":["PATH=/bin","A=1"]      | "Env":["PATH=/bin","A=2"]
            other-user | "User":"app"                  | "User":"root"
            broken    | "architecture":"amd64"         | "architecture":7
            """)
    void anImageWhoseHistoryDoesNotFitTellsNothingAndIsTakenAllTheSame(String name, String from, String to) {
        CacheCalls cache = new CacheCalls(registry, "derived/absent-" + name);
        pushBase(cache.repository());
        assertThat(CLASSIC).contains(from);
        push(cache.repository(), "v1", CLASSIC.replace(from, to), BASE, MADE);
        assertThat(cache.layer(BASE.diffId().toString(), "RUN make install", "&trust=any")).hasStatus(404);
        assertThat(registry.getManifest(cache.repository(), "v1")).hasStatus(200);
    }

    @Test
    void anEntryGoesWithItsLayer() {
        CacheCalls cache = new CacheCalls(registry, "derived/gone");
        pushBase(cache.repository());
        push(cache.repository(), "v1", CLASSIC, BASE, MADE);
        assertThat(cache.layer("base", "RUN make install", "")).hasStatus(200);
        registry.delete(RegistryClient.blob(cache.repository(), MADE.digest()));
        Answer missed = cache.layer("base", "RUN make install", "");
        assertThat(missed).isJson(404);
        assertThat(missed.json().get("reason").stringValue()).isEqualTo("INCOMPLETE");
    }

    @Test
    void copiesAreFoundByTheirContent() {
        CacheCalls cache = new CacheCalls(registry, "derived/copy");
        pushBase(cache.repository());
        String content = "sha256:" + "c".repeat(64);
        var step = CacheCalls.step(
                ChainId.ofLayers(List.of(BASE.diffId())),
                CacheCalls.operation("{\"op\":\"copy\",\"cwd\":\"/srv\",\"dest\":\"src/\",\"content\":\"" + content + "\"}"));
        assertThat(cache.commit(step, MADE)).isJson(201);
        assertThat(cache.layer("base", "COPY . src/", "&content=" + content)).isJson(200);
        assertThat(cache.layer("base", "COPY . src/", "&content=sha256:" + "d".repeat(64))).hasStatus(404);
        assertThat(cache.layer("base", "COPY . src/", "")).isError(400, ErrorCode.UNSUPPORTED, "parameter", "instruction");
        assertThat(cache.layer("base", "COPY . src/", "&content=x")).isError(400, ErrorCode.STEP_INVALID);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            base    | ENV A=1              | 400
            base    | FROM alpine          | 400
            base    | nonsense             | 400
            base    | ''                   | 400
            base    | RUN --mount=type=bind,target=/x make | 400
            absent  | RUN make             | 400
            scratch | RUN make             | 404
            sha256:zz | RUN make           | 400
            """)
    void whatIsNoQuestionIsRefused(String parent, String instruction, int status) {
        CacheCalls cache = new CacheCalls(registry, "derived/bad");
        pushBase(cache.repository());
        assertThat(cache.layer(parent, instruction, "")).isJson(status);
    }

    @Test
    void parametersThatAreMissingAreNamed() {
        CacheCalls cache = new CacheCalls(registry, "derived/parameters");
        String complete = "parent=scratch&instruction=RUN%20x&platform=linux/amd64";
        assertThat(registry.get(cache.path("layer?" + complete))).hasStatus(404);
        for (String parameter : complete.split("&")) {
            String rest = Arrays.stream(complete.split("&"))
                    .filter(other -> !other.equals(parameter))
                    .collect(Collectors.joining("&"));
            assertThat(registry.get(cache.path("layer?" + rest)))
                    .isError(400, ErrorCode.UNSUPPORTED, "parameter", parameter.split("=")[0]);
        }
        assertThat(registry.get(cache.path("layer?" + complete.replace("linux/amd64", "linux"))))
                .isError(400, ErrorCode.UNSUPPORTED, "platform", "linux");
    }
}
