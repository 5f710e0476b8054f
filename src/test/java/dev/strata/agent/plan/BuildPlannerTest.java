package dev.strata.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.strata.agent.builders.Dialect;
import dev.strata.agent.connection.Http;
import dev.strata.dockerfile.text.DockerfileException;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.step.Operation;
import dev.strata.step.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuildPlannerTest {

    @TempDir
    private Path context;

    @BeforeEach
    void makeFiles() throws IOException {
        Files.writeString(context.resolve("a"), "a");
        Files.writeString(context.resolve("b"), "b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FROM x;FROM y                                     | 1",
                "FROM x AS a;FROM a                                | 0,1",
                "FROM x AS a;FROM y AS b;FROM z;COPY --from=a / /  | 0,2",
                "FROM x AS a;FROM y AS b;FROM z;COPY --from=0 / /  | 0,2",
                "FROM x AS a;FROM a AS b;FROM z;RUN --mount=from=b,target=/m true | 0,1,2",
                "FROM x AS a;FROM z;COPY --from=other/image / /    | 1"
            })
    void onlyWhatTheTargetNeedsIsPlanned(String file, String indices) {
        List<String> planned = plan(file).stages().stream()
                .map(stage -> String.valueOf(stage.index()))
                .toList();

        assertThat(String.join(",", planned)).isEqualTo(indices);
    }

    @Test
    void aCommandsStepSaysAllThatItSees() {
        Operation operation = last(
                """
                FROM x
                ARG V=1
                ARG U
                ENV A=b
                USER me
                WORKDIR /w
                SHELL ["/bin/bash", "-c"]
                RUN --mount=type=cache,target=/c --mount=type=secret,id=s --network=none make $V
                """);

        assertThat(operation.toJson()).isEqualTo(Http.JSON.readTree("""
                {"op":"run","argv":["/bin/bash","-c","make $V"],"env":{"A":"%s",
                 "PATH":"%s","V":"%s"},"user":"me",
                 "cwd":"/w","mounts":[{"type":"cache","target":"/c","id":"/c"},{"type":"secret","id":"s","readonly":true}],
                 "network":"none"}
                """
                .formatted(digest("b"), digest("/usr/bin:/bin"), digest("1"))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RUN a;LABEL x=1;RUN b        | RUN a;RUN b              | true",
                "EXPOSE 80;CMD x;RUN b        | RUN b                    | true",
                "ENV A=1;RUN b                | RUN b                    | false",
                "ENV A=1;RUN b                | ARG A=1;RUN b            | true",
                "ARG A=1;RUN b                | ARG A=2;RUN b            | false",
                "ARG A;RUN b                  | RUN b                    | true",
                "USER u;RUN b                 | RUN b                    | false",
                "RUN b                        | RUN  b                   | true",
                "RUN b                        | RUN b c                  | false",
                "RUN [\"/bin/sh\",\"-c\",\"b\"] | RUN b                  | true",
                "COPY a /x                    | COPY a /x                | true",
                "COPY a /x                    | COPY b /x                | false",
                "COPY a /x                    | COPY a /y                | false",
                "COPY a /x                    | COPY --chown=1 a /x      | false",
                "COPY a /x                    | ADD a /x                 | false",
                "COPY a /x                    | ADD --unpack=false a /x  | true",
                "USER u;COPY a /x             | COPY a /x                | true",
                "ENV A=1;COPY a /x            | COPY a /x                | true"
            })
    void stepsAreEqualWhereNothingThatTheySeeDiffers(String one, String other, boolean equal) {
        assertThat(last("FROM x;" + one).equals(last("FROM x;" + other))).isEqualTo(equal);
    }

    @Test
    void aFileThatChangesChangesTheKey() throws IOException {
        Operation before = last("FROM x;COPY . /x");
        Files.writeString(context.resolve("a"), "changed");

        assertThat(key(last("FROM x;COPY . /x"))).isNotEqualTo(key(before));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ADD https://example.test/x /      | --checksum",
                "ADD https://github.com/a/b.git /  | --checksum",
                "ADD git@example.test:a/b /        | --checksum",
                "COPY missing /                    | missing is not in the build context",
                "COPY ../../missing /              | is not in the build context",
                "COPY a{b,c} /                     | is not in the build context",
                "COPY [a/]b /                      | not understood",
                "COPY --parents !**/a /            | not understood",
                "COPY [ /                          | is no pattern",
                "COPY --parents ./sub/./a /        | not understood",
                "RUN --device=gpu x                | device",
                "RUN --mount=type=cache,from=y,target=/c x | begins with"
            })
    void whatIsNotKnownIsNotCached(String instruction, String reason) {
        StagePlan stage = plan("FROM x;RUN a;" + instruction + ";RUN b").target();

        assertThat(stage.instructions().get(1).notCached()).hasValueSatisfying(text -> assertThat(text).contains(reason));
        assertThat(stage.steps()).as("asked for").hasSize(1);
        assertThat(stage.layers()).hasSize(3);
    }

    @Test
    void aDownloadWithAChecksumIsKnown() {
        assertThat(plan("FROM x;ADD --checksum=sha256:" + "0".repeat(64) + " https://example.test/x /").target().steps()).hasSize(1);
    }

    @Test
    void theTargetsPlatformIsKnownToArguments() {
        assertThat(((Operation.Run) last("FROM x;ARG TARGETARCH;RUN b")).env().digests())
                .containsEntry("TARGETARCH", digest("amd64"));
    }

    @Test
    void argumentsBeforeTheFirstStageAreSeenWhereTheyAreDeclaredAgain() {
        Operation.Run declared = (Operation.Run) last("ARG G=1;FROM x;ARG G;RUN b");
        Operation.Run undeclared = (Operation.Run) last("ARG G=1;FROM x;RUN b");

        assertThat(declared.env().digests()).containsEntry("G", digest("1"));
        assertThat(undeclared.env().digests()).doesNotContainKey("G");
    }

    /** buildah gives a stage only what its image has. */
    @ParameterizedTest
    @CsvSource({"BUILDKIT, given", "DOCKER_20, given", "BUILDAH, "})
    void aStageSeesTheArgumentsOfItsParent(Dialect dialect, String seen) {
        String file = "FROM x AS a\nARG V=1\nRUN a\nFROM a AS b\nRUN b\nFROM b\nUSER $V\nRUN c";
        Operation.Run run = (Operation.Run) Plans.of(file, context, dialect, Map.of("V", "given"))
                .target()
                .steps()
                .getLast()
                .operation()
                .orElseThrow();

        assertThat(run.env().digests().get("V")).isEqualTo(seen == null ? null : digest(seen));
        assertThat(run.user()).isEqualTo(seen == null ? "" : seen);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FROM x AS A;FROM a                      | 0,1 | in lower case",
                "FROM x AS a;FROM y;COPY --from=A / /    | 0,1 | in any case",
                "FROM x AS a;FROM y;COPY --from=00 / /   | 0,1 | as a number",
                "FROM x AS a;FROM y;RUN --mount=from=0,target=/m true | 1 | which a mount does not take"
            })
    void stagesAreFoundAsBuildKitFindsThem(String file, String indices, String why) {
        List<String> planned = plan(file).stages().stream()
                .map(stage -> String.valueOf(stage.index()))
                .toList();

        assertThat(String.join(",", planned)).as(why).isEqualTo(indices);
    }

    @Test
    void aStageThatIsNotBuiltYetIsRefused() {
        assertThatExceptionOfType(DockerfileException.class)
                .isThrownBy(() -> plan("FROM x;COPY --from=later / /;FROM y AS later;COPY --from=0 / /"))
                .withMessageContaining("later has to stand before");
    }

    @ParameterizedTest
    @CsvSource({"BUILDKIT, 2", "BUILDAH, 1"})
    void whichOfEnvAndArgCommandsSeeDependsOnTheBuilder(Dialect dialect, String seen) {
        BuildPlan plan = Plans.of("FROM x\nENV A=1\nARG A=2\nRUN b", context, dialect, Map.of());

        Operation.Run run = (Operation.Run) plan.target().steps().getFirst().operation().orElseThrow();
        assertThat(run.env().digests()).containsEntry("A", digest(seen));
    }

    @Test
    void anErrorNamesItsLine() {
        assertThatExceptionOfType(DockerfileException.class)
                .isThrownBy(() -> plan("FROM x;RUN a;ENV B=\"${C:?is needed}\""))
                .withMessage("line 3: C: is needed");
    }

    private static Digest digest(String value) {
        return Digest.ofContent(DigestAlgorithm.SHA256, value.getBytes(StandardCharsets.UTF_8));
    }

    private BuildPlan plan(String file) {
        return Plans.of(file.replace(';', '\n'), context, Dialect.BUILDKIT, Map.of());
    }

    private Operation last(String file) {
        return plan(file).target().steps().getLast().operation().orElseThrow();
    }

    private static String key(Operation operation) {
        return new Step(Plans.PLATFORM, Optional.empty(), operation).key().toString();
    }
}
