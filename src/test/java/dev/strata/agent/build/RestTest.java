package dev.strata.agent.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.agent.builders.Dialect;
import dev.strata.agent.connection.Http;
import dev.strata.agent.plan.BuildPlan;
import dev.strata.agent.plan.ImageState;
import dev.strata.agent.plan.Plans;
import dev.strata.agent.plan.StagePlan;
import dev.strata.dockerfile.Dockerfile;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestTest {

    @TempDir
    private Path context;

    @Test
    void theRestStartsFromWhatIsThere() {
        Rest rest = rest(
                """
                ARG BASE=x
                FROM $BASE AS build
                RUN make
                FROM y AS unused
                FROM x
                ARG V=1 W
                RUN one
                LABEL a=b
                RUN cat <<EOF
                two $V
                EOF
                COPY --from=build /out /
                """,
                1,
                Map.of("W", "given"),
                Dialect.BUILDKIT);

        assertThat(rest.text()).isEqualTo("""
                ARG BASE=x
                FROM registry/stage AS build
                FROM scratch AS unused
                FROM registry/prefix
                ARG V="1"
                ARG W
                RUN cat <<EOF
                two $V
                EOF
                COPY --from=build /out /
                """);
        assertThat(rest.declarations()).isEqualTo(2);
        assertThat(rest.layerInstructions()).containsExactly(2, 3);
    }

    @Test
    void whereNothingIsThereNothingIsDeclaredAgain() {
        Rest rest = rest("FROM x\nARG V=1\nRUN one $V\n", 0, Map.of(), Dialect.BUILDKIT);

        assertThat(rest.text()).isEqualTo("FROM registry/prefix\nARG V=1\nRUN one $V\n");
        assertThat(rest.declarations()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "ARG A='q\"$x\\'                  | ARG A=\"q\\\"\\$x\\\\\"",
                "ARG A=1;ENV A=2                  | ARG A=\"1\";ENV A=\"2\"",
                "ENV A=2;ARG A=1                  | ARG A=\"1\"",
                "ARG A                            | ARG A",
                "SHELL [\"/bin/sh\", \"-ec\"]     | ~~"
            })
    void whatIsInScopeStaysInScope(String before, String declarations) {
        Rest rest = rest("FROM x\n" + before.replace(';', '\n') + "\nRUN one\nRUN two\n", 1, Map.of(), Dialect.BUILDKIT);

        String expected = declarations.isEmpty() ? "" : declarations.replace(';', '\n') + "\n";
        assertThat(rest.text()).isEqualTo("FROM registry/prefix\n" + expected + "RUN two\n");
    }

    /** BuildKit's rule; what an ENV of the image says comes after what the parent's ARG said. */
    @Test
    void whatAParentStageDeclaredStaysInScope() {
        String file = "FROM x AS a\nARG V=1\nARG W=2\nENV W=3\nRUN one\nFROM a\nRUN two $V\n";
        BuildPlan plan = Plans.of(file, context, Dialect.BUILDKIT, Map.of());
        Rest rest = Rest.of(plan, plan.target(), 0, "parent", Map.of(), each -> Map.of(), new Rest.Settings(Dialect.BUILDKIT, '\\', Map.of(), Optional.empty()));

        assertThat(rest.text())
                .isEqualTo("FROM scratch AS a\nFROM parent\nARG V=\"1\"\nARG W=\"2\"\nENV W=\"3\"\nRUN two $V\n");
        assertThat(rest.declarations()).isEqualTo(3);
    }

    /** Else the builder would take the name of what is left of the stage. */
    @Test
    void theTargetsNameIsThatOfTheWholeBuild() {
        String file = "FROM x AS a\nARG TARGETSTAGE\nRUN one\nFROM x AS final\nCOPY --from=a / /\n";
        BuildPlan plan = Plans.of(file, context, Dialect.BUILDKIT, Map.of());
        Rest rest = Rest.of(
                plan, plan.stages().getFirst(), 0, "base", Map.of(), each -> Map.of(), new Rest.Settings(Dialect.BUILDKIT, '\\', Map.of(), Optional.empty()));

        assertThat(rest.text()).startsWith("ARG TARGETSTAGE=\"final\"\nFROM base AS a\n");
    }

    @Test
    void buildahIsToldOfTheShell() {
        Rest rest = rest("FROM x\nSHELL [\"/bin/sh\", \"-ec\"]\nRUN one\nRUN two\n", 1, Map.of(), Dialect.BUILDAH);

        assertThat(rest.text()).isEqualTo("FROM registry/prefix\nSHELL [\"/bin/sh\",\"-ec\"]\nRUN two\n");
        assertThat(rest.declarations()).isEqualTo(1);
    }

    @Test
    void theEscapeCharacterAndThePlatformStay() {
        Rest rest = rest(
                "# escape=`\nFROM --platform=$BUILDPLATFORM x AS s\nARG A=`$\nRUN one\nRUN two `\n  more\n",
                1,
                Map.of(),
                Dialect.BUILDKIT);

        assertThat(rest.text())
                .isEqualTo("# escape=`\nFROM --platform=linux/amd64 registry/prefix AS s\nARG A=\"`$\"\nRUN two `\n  more\n");
    }

    /** What the builder gets can be read, and means the same steps. */
    @Test
    void theRestPlansToTheSameSteps() {
        String file = "FROM x\nARG A='q\" $x'\nENV B=$A\nWORKDIR /w\nRUN one\nUSER u\nRUN two\n";
        BuildPlan whole = Plans.of(file, context, Dialect.BUILDKIT, Map.of());
        Rest rest = rest(file, 2, Map.of(), Dialect.BUILDKIT);
        ImageState prefix = whole.target().stateAfter(whole.target().instructionsBefore(2));

        BuildPlan again = Plans.onBase(prefix.image().set("rootfs", Http.JSON.createObjectNode()).toString(), rest.text(), context);

        assertThat(again.target().steps().getLast().operation())
                .isEqualTo(whole.target().steps().getLast().operation());
        assertThat(Dockerfile.parse(rest.text()).stages()).hasSize(1);
    }

    private Rest rest(String file, int layers, Map<String, String> arguments, Dialect dialect) {
        BuildPlan plan = Plans.of(file, context, dialect, arguments);
        StagePlan stage = plan.target();
        int done = layers == 0 ? 0 : stage.instructionsBefore(layers);
        return Rest.of(
                plan,
                stage,
                done,
                "registry/prefix",
                Map.of(0, "registry/stage"),
                instruction -> Map.of(),
                new Rest.Settings(dialect, plan.dockerfile().directives().escape(), arguments, Optional.empty()));
    }
}
