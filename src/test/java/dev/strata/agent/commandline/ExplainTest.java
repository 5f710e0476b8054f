package dev.strata.agent.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.agent.cache.CacheClient;
import dev.strata.agent.cache.Resolution.Miss;
import dev.strata.agent.cache.Resolution;
import dev.strata.agent.plan.BuildPlan;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Why a step is not there, and which files are to blame. */
class ExplainTest extends AgentTestCase {

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
        BuildPlan plan = plan();
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

    private static Miss lastMiss(Resolution resolution) {
        return (Miss) resolution.stages().values().iterator().next().steps().getLast();
    }

    private String print(String progress, String command) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(run(out, progress, command)).isZero();
        return out.toString(UTF_8);
    }
}
