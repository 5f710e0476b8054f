package dev.strata.agent.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.agent.builders.Builder;
import dev.strata.agent.connection.Http;
import dev.strata.agent.process.Commands;
import dev.strata.agent.process.ProgramFailedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Builds of several stages, of which none waits for one that it does not need. */
@Timeout(60)
class StagesSideBySideTest extends AgentTestCase {

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    /** The last line of each Dockerfile that the builder got, in their order. */
    private final List<String> built = new CopyOnWriteArrayList<>();

    @Test
    void stagesThatDoNotNeedEachOtherAreBuiltAtOnce() throws Exception {
        writeThreeStages();
        CyclicBarrier together = new CyclicBarrier(3);
        ScriptedBuilder builder = new ScriptedBuilder(registry);
        builder.whileBuilding(job -> {
            built.add(lastLine(job));
            if (lastLine(job).startsWith("RUN make")) {
                meet(together);
            }
        });

        assertThat(run(builder)).as(output.toString(UTF_8)).isZero();

        assertThat(built).hasSize(4);
        assertThat(built.getLast()).startsWith("COPY --from=c");
        assertThat(run(builder)).isZero();
        assertThat(built).as("with a second build").hasSize(4);
    }

    @Test
    void aStageWaitsForThoseThatItCopiesOrStartsFrom() throws Exception {
        write("Dockerfile", """
                FROM %1$s AS a
                RUN make a
                FROM a AS b
                RUN make b
                FROM %1$s AS c
                COPY --from=b /b /
                RUN --mount=from=a,target=/a make c
                """.formatted(image("base")));
        ScriptedBuilder builder = new ScriptedBuilder(registry);
        builder.whileBuilding(job -> built.add(lastLine(job)));

        assertThat(run(builder)).as(output.toString(UTF_8)).isZero();

        assertThat(built)
                .containsExactly("RUN make a", "RUN make b", "RUN --mount=from=a,target=/a make c");
    }

    /** A program, so that there is something to be ended. */
    @Test
    void theFirstStageThatFailsEndsTheOthers() throws Exception {
        writeThreeStages();
        CountDownLatch others = new CountDownLatch(2);
        Commands commands = new Commands();
        ScriptedBuilder builder = new ScriptedBuilder(registry);
        builder.whileBuilding(job -> {
            if (lastLine(job).equals("RUN make b")) {
                await(others);
                throw new ProgramFailedException("a script", 7).because("RUN make b: exit code: 2");
            }
            others.countDown();
            commands.run(List.of("sleep", "1000"), Map.of(), line -> {});
        });

        assertThat(run(builder, commands)).isEqualTo(7);

        assertThat(output.toString(UTF_8).lines().toList().getLast()).contains("RUN make b: exit code: 2");
        assertThat(builder.jobs()).hasSize(3);
    }

    @Test
    void aLineSaysWhichStageItIsFrom() throws Exception {
        writeThreeStages();
        ScriptedBuilder builder = new ScriptedBuilder(registry);
        builder.says("working");

        assertThat(run(builder)).isZero();

        assertThat(output.toString(UTF_8).lines()).contains("  a | working", "  b | working", "  c | working", "  3 | working");
    }

    private void writeThreeStages() throws IOException {
        write("Dockerfile", """
                FROM %1$s AS a
                RUN make a
                FROM %1$s AS b
                RUN make b
                FROM %1$s AS c
                RUN make c
                FROM %1$s
                COPY --from=a /a /
                COPY --from=b /b /
                COPY --from=c /c /
                """.formatted(image("base")));
    }

    private int run(ScriptedBuilder builder) {
        return run(builder, new Commands());
    }

    private int run(ScriptedBuilder builder, Commands commands) {
        return Agent.run(
                new PrintStream(output, true, UTF_8),
                builder.surroundings(commands, Http.Limits.USUAL),
                "build", "--platform", "linux/amd64", "-t", image("new"), context.toString());
    }

    private static String lastLine(Builder.Job job) {
        return ScriptedBuilder.lines(job).getLast();
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException("the stages are not built at once", e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
