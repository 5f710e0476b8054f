package dev.strata.agent.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.agent.builders.Dialect;
import dev.strata.agent.cache.CacheAwayException;
import dev.strata.agent.cache.CacheClient;
import dev.strata.agent.connection.ConnectionOptions;
import dev.strata.agent.connection.Http;
import dev.strata.agent.images.Connections;
import dev.strata.agent.images.ImageLayer;
import dev.strata.agent.images.ImageName;
import dev.strata.agent.images.Images;
import dev.strata.agent.login.Logins;
import dev.strata.agent.plan.BuildPlan;
import dev.strata.agent.plan.BuildPlanner;
import dev.strata.agent.plan.PlannedInstruction;
import dev.strata.agent.plan.Plans;
import dev.strata.dockerfile.Dockerfile;
import dev.strata.oci.ChainId;
import dev.strata.oci.Descriptor;
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
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** The agent against a registry that has the base of a Dockerfile, as far as no builder is needed. */
@RegistryTest
abstract class AgentTestCase {

    static final MediaType LAYER = MediaType.of("application/vnd.oci.image.layer.v1.tar+gzip");

    @TempDir
    Path context;

    @Autowired
    RegistryClient registry;

    String repository = "";

    ImageLayer baseLayer = layerOf("base");

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

    CacheClient client(List<String> scopes, Optional<String> scope) {
        return new CacheClient(images().repository(), new CacheClient.Settings(scopes, scope, Duration.ofSeconds(20)));
    }

    Images images() {
        ImageName name = ImageName.of(image("new"));
        return new Images(
                name, new Connections(name, new ConnectionOptions(), Http.Limits.USUAL, Logins.of(Map.of("HOME", "/nowhere"))));
    }

    BuildPlan plan() throws IOException {
        return new BuildPlanner(
                        Dockerfile.parse(Files.readString(context.resolve("Dockerfile"))),
                        Dialect.BUILDKIT,
                        Plans.everythingIn(context),
                        images()::find,
                        new BuildPlanner.Settings(Optional.empty(), Plans.PLATFORM, false, Plans.PLATFORM, Map.of(), Optional.empty()))
                .plan();
    }

    /** Stores an entry for each step of the Dockerfile, and gives back all layers. */
    List<ImageLayer> recordSteps() throws IOException, CacheAwayException {
        BuildPlan plan = plan();
        CacheClient cache = client(List.of(), Optional.empty());
        List<ImageLayer> layers = new ArrayList<>(List.of(baseLayer));
        Optional<ChainId> parent = ChainId.ofLayers(List.of(baseLayer.diffId()));
        for (PlannedInstruction instruction : plan.target().steps()) {
            ImageLayer layer = push(instruction.text());
            Step step = new Step(Plans.PLATFORM, parent, instruction.operation().orElseThrow());
            cache.commit(
                    step,
                    instruction.files(),
                    List.of(),
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

    ImageLayer push(String content) throws IOException {
        ImageLayer layer = layerOf(content);
        registry.pushBlob(repository, gzip(content));
        return layer;
    }

    static ImageLayer layerOf(String content) {
        byte[] compressed = gzip(content);
        return new ImageLayer(
                new Descriptor(LAYER, Content.sha256(compressed), compressed.length, Optional.empty(), Map.of()),
                Content.sha256(content.getBytes(UTF_8)));
    }

    static byte[] gzip(String content) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(content.getBytes(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    /** What a command printed, and how it ended. */
    record Said(int exitCode, List<JsonNode> events) {

        List<String> statuses() {
            return events.stream()
                    .filter(event -> event.path("event").asString("").equals("step"))
                    .map(event -> event.path("status").asString(""))
                    .toList();
        }
    }

    Said run(String command, String... options) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int exitCode = run(out, "json", command, options);
        List<JsonNode> events = out.toString(UTF_8).lines().map(Http.JSON::readTree).toList();
        return new Said(exitCode, events);
    }

    int run(ByteArrayOutputStream out, String progress, String command, String... options) {
        List<String> words = new ArrayList<>(List.of(command, "--progress", progress, "--platform", "linux/amd64"));
        words.addAll(List.of("-t", image("new")));
        words.addAll(List.of(options));
        words.add(context.toString());
        return Agent.run(new PrintStream(out, true, UTF_8), words.toArray(String[]::new));
    }

    String image(String tag) {
        return "127.0.0.1:" + registry.port() + "/" + repository + ":" + tag;
    }

    void write(String name, String content) throws IOException {
        Files.writeString(context.resolve(name), content);
    }
}
