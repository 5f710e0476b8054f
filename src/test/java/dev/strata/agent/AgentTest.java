package dev.strata.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.agent.Resolution.Layer;
import dev.strata.agent.Resolution.Miss;
import dev.strata.dockerfile.Dockerfile;
import dev.strata.dockerfile.IgnorePatterns;
import dev.strata.oci.ChainId;
import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.step.Step;
import dev.strata.testing.Content;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** The agent against a registry, as far as no builder is needed: everything that is there already. */
@RegistryTest
class AgentTest {

    private static final MediaType LAYER = MediaType.of("application/vnd.oci.image.layer.v1.tar+gzip");

    @TempDir
    private Path context;

    @Autowired
    private RegistryClient registry;

    private String repository = "";
    private Layer baseLayer = layerOf("base");

    @BeforeEach
    void pushBase(TestInfo test) throws IOException {
        repository = "agent/" + test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
        baseLayer = push("base");
        byte[] config = """
                {"architecture":"amd64","os":"linux","config":{"Env":["PATH=/bin"]},"rootfs":{"type":"layers","diff_ids":["%s"]},
                 "history":[{"created":"2026-01-01T00:00:00Z","created_by":"the base"}]}
                """.formatted(baseLayer.diffId()).getBytes(UTF_8);
        registry.pushBlob(repository, config);
        String manifest = """
                {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"application/vnd.oci.image.config.v1+json",
                 "digest":"%s","size":%d},"layers":[{"mediaType":"%s","digest":"%s","size":%d}]}
                """.formatted(
                MediaType.OCI_MANIFEST, Content.sha256(config), config.length, LAYER,
                baseLayer.blob().digest(), baseLayer.blob().size());
        assertThat(registry.putManifest(repository, "base", MediaType.OCI_MANIFEST, manifest.getBytes(UTF_8)).status()).isEqualTo(201);
        write("Dockerfile", """
                FROM %s
                ARG WHO=me
                RUN make $WHO
                LABEL a=b
                COPY file /
                CMD ["x"]
                """.formatted(image("base")));
        write("file", "content");
    }

    @Test
    void anImageWhoseLayersAreThereIsPutTogether() throws Exception {
        List<Layer> layers = recordSteps();

        Said built = run("build", "--builder", "buildkit");

        assertThat(built.exitCode()).isZero();
        assertThat(built.statuses()).containsExactly("no_layer", "hit", "no_layer", "hit", "no_layer");
        JsonNode finished = built.events().getLast();
        assertThat(finished.path("hits").asInt(0)).isEqualTo(2);
        assertThat(finished.path("run").asInt(-1)).isZero();
        assertThat(finished.path("ms_spared").asLong(0)).isEqualTo(3000);
        assertThat(finished.path("bytes_spared").asLong(0))
                .isEqualTo(layers.stream().mapToLong(layer -> layer.blob().size()).sum());
        JsonNode manifest = Http.JSON.readTree(registry.getManifest(repository, "new").body());
        JsonNode config = Http.JSON.readTree(registry.getBlob(
                        repository, Digest.of(manifest.path("config").path("digest").asString("")))
                .body());
        assertThat(manifest.path("layers").findValuesAsString("digest"))
                .containsExactlyElementsOf(layers.stream().map(layer -> layer.blob().digest().toString()).toList());
        assertThat(config.path("history").findValuesAsString("created_by"))
                .containsExactly(
                        "the base",
                        "ARG WHO=me",
                        "RUN |1 WHO=me /bin/sh -c make $WHO # buildkit",
                        "LABEL a=b",
                        "COPY file / # buildkit",
                        "CMD [\"x\"]");
        assertThat(config.path("rootfs").path("diff_ids").size()).isEqualTo(3);
        assertThat(config.path("config").path("Cmd").path(0).asString("")).isEqualTo("x");
    }

    @Test
    void aPlanBuildsNothing() throws Exception {
        recordSteps();

        Said plan = run("plan");

        assertThat(plan.exitCode()).isZero();
        assertThat(plan.statuses()).containsExactly("no_layer", "hit", "no_layer", "hit", "no_layer");
        assertThat(registry.getManifest(repository, "new").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "file       | changed                     | CONTENT_CHANGED",
                "Dockerfile | FROM %s;ARG WHO=you;RUN make $WHO | ARG_CHANGED",
                "Dockerfile | FROM %s;ARG WHO=me;ENV E=1;RUN make $WHO | ENV_CHANGED",
                "Dockerfile | FROM %s;ARG WHO=me;RUN other $WHO | INSTRUCTION_CHANGED"
            })
    void whyAStepIsNotThereIsExplained(String file, String content, String reason) throws Exception {
        recordSteps();
        write(file, content.replace(';', '\n').replace("%s", image("base")));

        Said explained = run("explain");

        assertThat(explained.exitCode()).isZero();
        assertThat(explained.events().stream().map(event -> event.path("reason").asString("")).filter(said -> !said.isEmpty()))
                .containsExactly(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | miss: content changed: file-0",
                "2 | miss: content changed: file-0, file-1",
                "5 | miss: content changed: file-0, file-1, file-2, file-3, file-4",
                "9 | miss: content changed: file-0, file-1, file-2, file-3, file-4 and 4 more",
                "40 | miss: content changed: file-0, file-1, file-10, file-11, file-12 and 35 more"
            })
    void theFilesThatChangedAreNamed(int count, String said) throws Exception {
        write("Dockerfile", "FROM " + image("base") + "\nCOPY src /\n");
        Files.createDirectory(context.resolve("src"));
        write("src/unchanged", "");
        for (int i = 0; i < count; i++) {
            write("src/file-" + i, "before");
        }
        recordSteps();
        for (int i = 0; i < count; i++) {
            write("src/file-" + i, "now");
        }

        assertThat(print("plain", "plan").lines()).anySatisfy(line -> assertThat(line).endsWith(said));
        assertThat(print("plain", "explain").lines()).anySatisfy(line -> assertThat(line).endsWith(said));
        JsonNode event = run("explain").events().getFirst();
        assertThat(event.path("paths").size() + event.path("more").asInt(-1)).isEqualTo(count);
        assertThat(event.path("paths").path(0).asString("")).isEqualTo("file-0");
    }

    @Test
    void theFilesOfMountsThatChangedAreNamed() throws Exception {
        write("Dockerfile", "FROM " + image("base")
                + "\nRUN --mount=type=bind,source=file,target=/m --mount=type=bind,source=src,target=/src make\n");
        Files.createDirectory(context.resolve("src"));
        write("src/main.go", "before");
        write("src/other.go", "before");
        recordSteps();
        write("src/main.go", "now");

        assertThat(print("plain", "plan")).contains("miss: content changed (fields mounts): main.go");
        assertThat(print("plain", "explain")).contains("miss: content changed (fields mounts): main.go");
    }

    @Test
    void whoAsksAgainIsToldTheSameButForTheFiles() throws Exception {
        recordSteps();
        write("file", "changed");
        Plan plan = plan();
        CacheClient cache = client(List.of(), Optional.empty());

        Miss first = lastMiss(cache.resolve(plan, List.of()));
        Miss again = lastMiss(cache.resolveWithoutFiles(plan, List.of()));

        assertThat(first.paths().named()).containsExactly("file");
        assertThat(again.paths().named()).isEmpty();
        assertThat(again.key()).isEqualTo(first.key());
        assertThat(again.reason()).isEqualTo(first.reason());
        assertThat(again.held()).as("by the lease that the first question took").isTrue();
    }

    /** Another agent may have named a file so that a terminal would obey it. */
    @Test
    void aFilesNameIsPrintedWithoutWhatTerminalsObey() throws Exception {
        write("Dockerfile", "FROM " + image("base") + "\nCOPY src /\n");
        Files.createDirectory(context.resolve("src"));
        write("src/a\u001b[2Jb", "");
        recordSteps();
        write("src/a\u001b[2Jb", "now");

        assertThat(print("plain", "plan")).contains("miss: content changed: a?[2Jb").doesNotContain("\u001b");
    }

    @Test
    void aChangeOfMetadataAloneNeedsNoBuilder() throws Exception {
        recordSteps();
        write("Dockerfile", Files.readString(context.resolve("Dockerfile")) + "LABEL c=d\nENTRYPOINT [\"y\"]\n");

        assertThat(run("build", "--builder", "buildkit").events().getLast().path("run").asInt(-1)).isZero();
    }

    @Test
    void aScopeThatIsNotReadHoldsNothing() throws Exception {
        recordSteps();

        assertThat(run("plan", "--scope", "other").statuses()).contains("miss").doesNotContain("hit");
        assertThat(run("plan", "--scope", "other", "--read", "main").statuses()).contains("hit").doesNotContain("miss");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NOTHING a                       | 2",
                "FROM                            | 2",
                "FROM 127.0.0.1:1/nobody/there:1 | 3",
                "# empty                         | 2"
            })
    void whatIsWrongEndsWithItsExitCode(String dockerfile, int exitCode) throws Exception {
        write("Dockerfile", dockerfile);

        assertThat(run("build", "--builder", "buildkit").exitCode()).isEqualTo(exitCode);
    }

    @Test
    void aMissingBaseIsNamed() throws Exception {
        write("Dockerfile", "FROM " + image("missing"));

        Said said = run("plan");

        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.events().getLast().path("message").asString("")).contains(image("missing"));
    }

    @Test
    void whoWaitsForAStepWaitsInTheScopeThatItWritesAlsoIfItDoesNotReadThat() throws Exception {
        Plan plan = plan();
        CacheClient holder = client(List.of("main"), Optional.of("pr-1"));
        CacheClient other = client(List.of("main"), Optional.of("pr-1"));
        Lease lease = firstMiss(holder.resolve(plan, List.of())).lease().orElseThrow();
        Miss miss = firstMiss(other.resolve(plan, List.of()));
        assertThat(miss.held()).isTrue();
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<CacheClient.Waited> waited = threads.submit(() -> other.await(miss));
            await().until(() -> joined() == 1);
            holder.giveUp(lease);
            assertThat(waited.get()).isEqualTo(new CacheClient.Waited(false, Duration.ZERO));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                          |             |",
                "--scope pr-1              | pr-1        | pr-1",
                "--scope pr-1 --read main  | pr-1,main   | pr-1",
                "--read release            | release     | release",
                "--read release --read a,b | release,a,b | release"
            })
    void theScopeThatIsWrittenIsTheFirstThatIsRead(@Nullable String options, @Nullable String read, @Nullable String written) {
        String[] words = ("-t localhost/a:1 . " + (options == null ? "" : options)).strip().split(" ");
        CacheClient.Settings settings = CommandLine.populateCommand(new BuildOptions(), words).caching();
        assertThat(settings.scopes()).containsExactly(read == null ? new String[0] : read.split(","));
        assertThat(settings.scope()).isEqualTo(Optional.ofNullable(written));
    }

    private int joined() {
        JsonNode groups = registry.get("/v2/" + repository + "/_strata/cache/stats").json().get("groups");
        return groups.isEmpty() ? 0 : groups.get(0).get("leases").get("joined").intValue();
    }

    private static Miss firstMiss(Resolution resolution) {
        return (Miss) resolution.stages().values().iterator().next().steps().getFirst();
    }

    private static Miss lastMiss(Resolution resolution) {
        return (Miss) resolution.stages().values().iterator().next().steps().getLast();
    }

    private CacheClient client(List<String> scopes, Optional<String> scope) {
        return new CacheClient(images().repository(), new CacheClient.Settings(scopes, scope, "", Duration.ofSeconds(20)));
    }

    private Images images() {
        return new Images(ImageName.of(image("new")), false);
    }

    private Plan plan() throws IOException {
        return new Planner(
                        Dockerfile.parse(Files.readString(context.resolve("Dockerfile"))),
                        Dialect.BUILDKIT,
                        new ContextFiles(context, IgnorePatterns.NONE),
                        images()::find,
                        new Planner.Settings(Optional.empty(), Plans.PLATFORM, Plans.PLATFORM, Map.of(), Optional.empty()))
                .plan();
    }

    /** Stores an entry for each step of the Dockerfile, and gives back all layers. */
    private List<Layer> recordSteps() throws IOException, CacheAwayException {
        Plan plan = plan();
        CacheClient cache = client(List.of(), Optional.empty());
        List<Layer> layers = new ArrayList<>(List.of(baseLayer));
        Optional<ChainId> parent = ChainId.ofLayers(List.of(baseLayer.diffId()));
        for (PlannedInstruction instruction : plan.target().steps()) {
            Layer layer = push(instruction.text());
            Step step = new Step(Plans.PLATFORM, parent, instruction.operation().orElseThrow());
            cache.commit(
                    step,
                    instruction.files(),
                    Optional.of(layer),
                    Duration.ofMillis(1500),
                    "a test",
                    Optional.empty(),
                    false);
            parent = Optional.of(ChainId.above(parent, layer.diffId()));
            layers.add(layer);
        }
        return layers;
    }

    private Layer push(String content) throws IOException {
        Layer layer = layerOf(content);
        registry.pushBlob(repository, gzip(content));
        return layer;
    }

    private static Layer layerOf(String content) {
        byte[] compressed = gzip(content);
        return new Layer(
                new Descriptor(LAYER, Content.sha256(compressed), compressed.length, Optional.empty(), Map.of()),
                Content.sha256(content.getBytes(UTF_8)));
    }

    private static byte[] gzip(String content) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(content.getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    /** What a command printed, and how it ended. */
    private record Said(int exitCode, List<JsonNode> events) {

        List<String> statuses() {
            return events.stream()
                    .filter(event -> event.path("event").asString("").equals("step"))
                    .map(event -> event.path("status").asString(""))
                    .toList();
        }
    }

    private Said run(String command, String... options) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int exitCode = run(out, "json", command, options);
        List<JsonNode> events = out.toString(UTF_8).lines().map(Http.JSON::readTree).toList();
        return new Said(exitCode, events);
    }

    private String print(String progress, String command) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(run(out, progress, command)).isZero();
        return out.toString(UTF_8);
    }

    private int run(ByteArrayOutputStream out, String progress, String command, String... options) {
        List<String> words = new ArrayList<>(List.of(command, "--progress", progress, "--platform", "linux/amd64"));
        words.addAll(List.of("-t", image("new")));
        words.addAll(List.of(options));
        words.add(context.toString());
        return Agent.run(new PrintStream(out, true, UTF_8), words.toArray(String[]::new));
    }

    private String image(String tag) {
        return "127.0.0.1:" + registry.port() + "/" + repository + ":" + tag;
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(context.resolve(name), content);
    }
}
