package dev.strata.agent.commandline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.agent.cache.CacheClient;
import dev.strata.agent.cache.Heartbeats;
import dev.strata.agent.cache.Lease;
import dev.strata.agent.cache.Resolution.Miss;
import dev.strata.agent.cache.Resolution;
import dev.strata.agent.cache.StepWait;
import dev.strata.agent.connection.Http;
import dev.strata.agent.images.ImageLayer;
import dev.strata.agent.plan.BuildPlan;
import dev.strata.oci.Digest;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** Images that are put together from what is there already, and what the agent asks for. */
class AgentTest extends AgentTestCase {

    @Test
    void anImageWhoseLayersAreThereIsPutTogether() throws Exception {
        List<ImageLayer> layers = recordSteps();

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

        assertThat(run("plan").exitCode()).isEqualTo(exitCode);
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
        BuildPlan plan = plan();
        CacheClient holder = client(List.of("main"), Optional.of("pr-1"));
        CacheClient other = client(List.of("main"), Optional.of("pr-1"));
        Lease lease = firstMiss(holder.resolve(plan, List.of())).lease().orElseThrow();
        Miss miss = firstMiss(other.resolve(plan, List.of()));
        assertThat(miss.held()).isTrue();
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<Boolean> isStillHeld = threads.submit(() -> new StepWait(other, StepWait.REAL_TIME).await(miss));
            await().until(() -> joined() == 1);
            giveBack(holder, miss.key(), lease);
            assertThat(isStillHeld.get()).isFalse();
        }
    }

    private static void giveBack(CacheClient holder, String key, Lease lease) {
        try (Heartbeats leases = new Heartbeats(holder, Duration.ZERO)) {
            leases.hold(key, lease);
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
}
