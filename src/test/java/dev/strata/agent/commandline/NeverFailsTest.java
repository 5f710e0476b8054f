package dev.strata.agent.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.agent.builders.Builder;
import dev.strata.agent.commandline.FaultyProxy.Fault;
import dev.strata.agent.connection.Http;
import dev.strata.agent.process.ProgramFailedException;
import dev.strata.testing.Size;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Whatever the cache and the registry answer, a build that the builder alone could do is done. */
class NeverFailsTest extends AgentTestCase {

    private static final Http.Limits IMPATIENT = new Http.Limits(
            Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofMillis(400), Duration.ofMillis(200), 1024 * 1024);

    /** Every how many of all cases one is tried. The number of faults is no multiple of it. */
    private static final int STRIDE = Size.of("strata.agent.stride", 3, 1);

    private static final String EVERYWHERE = ".*";
    private static final List<String> ENDPOINTS = List.of(
            "GET /v2/.*/manifests/.*",
            "GET /v2/.*/blobs/.*",
            "HEAD /v2/.*/blobs/.*",
            "POST /v2/.*/blobs/uploads/.*",
            "PUT /v2/.*/manifests/.*",
            "DELETE /v2/.*/manifests/.*",
            "POST /v2/.*/_strata/cache/resolve",
            "POST /v2/.*/_strata/cache/missing",
            "PUT /v2/.*/_strata/cache/entries/.*",
            ".* /v2/.*/_strata/cache/leases/.*",
            EVERYWHERE);

    /** Each of them everywhere at once, and at some of the endpoints alone. */
    static Stream<Arguments> faults() {
        int count = Fault.values().length;
        return IntStream.range(0, ENDPOINTS.size() * count)
                .filter(i -> i % STRIDE == 0 || i / count == ENDPOINTS.indexOf(EVERYWHERE))
                .mapToObj(i -> Arguments.of(ENDPOINTS.get(i / count), Fault.values()[i % count]));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aBuildIsDoneWhateverIsAnswered(String endpoint, Fault fault) throws IOException {
        try (FaultyProxy proxy = new FaultyProxy(registry.port(), endpoint, fault)) {
            requireBuilt(proxy);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"stages\":[]}",
                "{\"stages\":[{\"name\":\"0\",\"steps\":[]}]}",
                "{\"stages\":[{\"name\":\"0\",\"steps\":[{\"status\":\"hit\"},{\"status\":\"hit\"}]}]}",
                "{\"stages\":[{\"name\":\"0\",\"steps\":[{\"status\":\"wonder\"},{\"status\":\"hit\",\"diff_id\":null}]}]}",
                "{\"stages\":[{\"name\":\"0\",\"layers\":[{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":\"sha256:%1$s\",\"diff_id\":\"sha256:%1$s\",\"size\":-5}],"
                        + "\"steps\":[{\"status\":\"hit\"},{\"status\":\"miss\"}]}]}",
                // Layers that are not there, below and instead of what the builder makes.
                "{\"stages\":[{\"name\":\"0\",\"layers\":[{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":\"sha256:%1$s\",\"diff_id\":\"sha256:%1$s\",\"size\":5}],"
                        + "\"steps\":[{\"status\":\"hit\",\"diff_id\":\"sha256:%1$s\"},{\"status\":\"miss\"}]}]}",
                "{\"stages\":[{\"name\":\"0\",\"layers\":[{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":\"sha256:%1$s\",\"diff_id\":\"sha256:%1$s\",\"size\":5},"
                        + "{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":\"sha256:%1$s\",\"diff_id\":\"sha256:%1$s\",\"size\":5}],"
                        + "\"steps\":[{\"status\":\"hit\",\"diff_id\":\"sha256:%1$s\"},{\"status\":\"hit\",\"diff_id\":\"sha256:%1$s\"}]}]}",
                "{\"stages\":[{\"name\":\"0\",\"steps\":[{\"status\":\"miss\",\"held\":{}},{\"status\":\"blocked\"}]}]}",
                "{\"stages\":[{\"name\":\"0\",\"steps\":[{\"status\":\"miss\",\"key\":\"../../\",\"lease\":{\"id\":\" ? \"}},{\"status\":\"bypass\"}]}]}",
                "{\"stages\":[{\"name\":\"0\",\"steps\":[{\"status\":\"miss\",\"key\":7,\"lease\":{\"id\":[]}},{\"status\":\"miss\",\"detail\":3}]}]}"
            })
    void aBuildIsDoneWhateverTheCacheSaysOfItsSteps(String answer) throws IOException {
        String said = answer.replace("%1$s", "ab".repeat(32));
        try (FaultyProxy proxy = new FaultyProxy(registry.port(), "POST .*/resolve", said)) {
            requireBuilt(proxy);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"manifests\":[{\"digest\":\"sha256:%1$s\"}]}", // an index that holds itself, for ever
                "{\"manifests\":[]}",
                "{\"config\":{\"digest\":\"sha256:%1$s\"},\"layers\":[{}]}",
                "{\"config\":{\"digest\":\"sha256:%1$s\"},\"layers\":[]}"
            })
    void aBuildIsDoneWhateverTheBaseIs(String manifest) throws IOException {
        String said = manifest.replace("%1$s", "ab".repeat(32));
        try (FaultyProxy proxy = new FaultyProxy(registry.port(), "GET .*/manifests/.*", said)) {
            requireBuilt(proxy);
        }
    }

    @Test
    void anErrorOfTheBuildersOwnCommandIsTheBuilds() throws IOException {
        ScriptedBuilder builder = new ScriptedBuilder(registry);
        builder.whileBuilding(job -> {
            throw new ProgramFailedException("a script", 7).because("RUN make: exit code: 2");
        });
        try (FaultyProxy proxy = new FaultyProxy(registry.port(), "nothing", Fault.ERROR)) {
            List<JsonNode> events = build(proxy, builder, Http.Limits.USUAL, 7);

            assertThat(builder.jobs()).hasSize(1);
            assertThat(events.getLast().path("event").asString("")).isEqualTo("failed");
            assertThat(events.getLast().path("message").asString("")).contains("RUN make: exit code: 2");
        }
    }

    @Test
    void whatFailsInTheAgentsOwnFileIsBuiltFromTheUsers() throws IOException {
        ScriptedBuilder builder = new ScriptedBuilder(registry);
        builder.whileBuilding(job -> {
            if (job.fate() == Builder.Fate.HANDED_OVER) {
                throw new ProgramFailedException("a script", 1);
            }
        });
        try (FaultyProxy proxy = new FaultyProxy(registry.port(), "nothing", Fault.ERROR)) {
            build(proxy, builder, Http.Limits.USUAL, 0);

            assertThat(builder.jobs()).extracting(Builder.Job::fate)
                    .containsExactly(Builder.Fate.HANDED_OVER, Builder.Fate.PUSHED);
        }
    }

    private void requireBuilt(FaultyProxy proxy) throws IOException {
        ScriptedBuilder builder = new ScriptedBuilder(registry);

        List<JsonNode> events = build(proxy, builder, IMPATIENT, 0);

        assertThat(events.getLast().path("event").asString("")).isEqualTo("finished");
        JsonNode manifest = Http.JSON.readTree(registry.getManifest(repository, "new").body());
        assertThat(manifest.path("layers").findValuesAsString("digest"))
                .as(events.toString())
                .containsExactly(
                        baseLayer.blob().digest().toString(),
                        layerOf("RUN make").blob().digest().toString(),
                        layerOf("COPY file /").blob().digest().toString());
    }

    private List<JsonNode> build(FaultyProxy proxy, ScriptedBuilder builder, Http.Limits limits, int exitCode)
            throws IOException {
        String name = "127.0.0.1:" + proxy.port() + "/" + repository;
        write("Dockerfile", "FROM " + name + ":base\nRUN make\nCOPY file /\n");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<String> words = new ArrayList<>(List.of("build", "--progress", "json", "--platform", "linux/amd64"));
        words.addAll(List.of("-t", name + ":new", context.toString()));

        int status = Agent.run(
                new PrintStream(out, true, UTF_8), builder.surroundings(limits), words.toArray(String[]::new));

        assertThat(status).as(out.toString(UTF_8)).isEqualTo(exitCode);
        return out.toString(UTF_8).lines().map(Http.JSON::readTree).toList();
    }
}
