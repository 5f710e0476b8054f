package dev.strata.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.strata.dockerfile.lines.HereDocument;
import dev.strata.dockerfile.text.DockerfileException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DockerfileTest {

    @Test
    void aFileHasGlobalArgumentsAndStages() {
        Dockerfile file = Dockerfile.parse("""
                # a comment
                ARG BASE=debian:12
                ARG ONE TWO=2

                FROM --platform=$BUILDPLATFORM ${BASE} AS Build
                RUN make
                from scratch
                COPY --from=build /out /
                """);

        assertThat(file.globalArguments()).hasSize(2);
        assertThat(file.globalArguments().getLast().variables())
                .containsExactly(
                        new Instruction.Variable("ONE", Optional.empty()),
                        new Instruction.Variable("TWO", Optional.of("2")));
        assertThat(file.stages()).hasSize(2);
        assertThat(file.stages().getFirst().name()).contains("build");
        assertThat(file.stages().getFirst().from().image()).isEqualTo("${BASE}");
        assertThat(file.stages().getFirst().from().platform()).contains("$BUILDPLATFORM");
        assertThat(file.stages().getLast().name()).isEmpty();
        assertThat(lines(file)).containsExactly(6, 8);
    }

    @Test
    void aStageIsFoundByNameOrNumber() {
        Dockerfile file = Dockerfile.parse("FROM a AS x\nFROM b AS y\nFROM c AS x\n");

        assertThat(file.stage("y", 3).map(Stage::index)).contains(1);
        assertThat(file.stage("X", 3).map(Stage::index)).contains(2);
        assertThat(file.stage("x", 2).map(Stage::index)).contains(0);
        assertThat(file.stage("0", 3)).isEmpty();
        assertThat(file.stageOrNumber("0", 3).map(Stage::index)).contains(0);
        assertThat(file.stageOrNumber("X", 3).map(Stage::index)).contains(2);
        assertThat(file.stage("y", 1)).isEmpty();
        assertThat(file.stageOrNumber("3", 3)).isEmpty();
        assertThat(file.exactStage("X", 3)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                // \n stands for a line end | the RUN command
                "RUN a \\\\n  b                     | a   b",
                "RUN a\\\\nb                        | ab",
                "RUN a \\  \\n b                    | a  b",
                "RUN a \\\\n# comment\\n b          | a  b",
                "RUN a \\\\n   # comment\\n b       | a  b",
                "RUN a \\\\n\\n\\n b                | a  b",
                "RUN a \\\\n b # not a comment      | a  b # not a comment",
                "RUN a\\\\\\nRUN b                  | a\\\\",
                "  RUN   a  b                       | a  b",
                "run a                              | a",
                "RUN a\\r\\nRUN b                   | a",
                "\\\\nRUN a                         | a",
                "RUN a \\                           | a",
                "RUN -- --not-a-flag                | --not-a-flag"
            })
    void continuedLinesAreJoined(String text, String command) {
        Dockerfile file = Dockerfile.parse("FROM x\n" + text.replace("\\n", "\n").replace("\\r", "\r"));

        assertThat(run(file).command().words()).containsExactly(command);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "# escape=`          | `  | ",
                "#escape=`           | `  | ",
                "# ESCAPE = `        | `  | ",
                "# syntax=docker/dockerfile:1 | \\ | docker/dockerfile:1",
                "# a comment;# escape=`   | \\ | ",
                "# unknown=x;# escape=`   | \\ | ",
                ";# escape=`         | \\ | ",
                "# syntax=a;# escape=` | `  | a"
            })
    void directivesStandOnTop(String lines, char escape, String syntax) {
        Dockerfile file = Dockerfile.parse(lines.replace(';', '\n') + "\nFROM x\n");

        assertThat(file.directives().escape()).isEqualTo(escape);
        assertThat(file.directives().syntax()).isEqualTo(Optional.ofNullable(syntax));
    }

    @Test
    void theCheckDirectiveIsKept() {
        assertThat(Dockerfile.parse("# check=skip=all\nFROM x").directives().check()).contains("skip=all");
    }

    @Test
    void aBacktickMayContinueLines() {
        Dockerfile file = Dockerfile.parse("# escape=`\nFROM x\nRUN dir C:\\ `\n  /b\n");

        assertThat(run(file).command().words()).containsExactly("dir C:\\   /b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                // the lines behind FROM, with ; for a line end | what is run in the shell
                "RUN <<EOF;echo a;echo b;EOF         | echo a;echo b;",
                "RUN <<-EOF;\techo a;\t\techo b;\tEOF | echo a;echo b;",
                "RUN <<'EOF';echo $a;EOF             | echo $a;",
                "RUN cat <<EOF;x;EOF                 | cat <<EOF;x;EOF",
                "RUN cat <<-EOF;\tx;EOF              | cat <<-EOF;\tx;EOF",
                "RUN cat <<A <<B;x;A;y;B             | cat <<A <<B;x;A;y;B",
                "RUN 3<<EOF cat;x;EOF                | 3<<EOF cat;x;EOF",
                "RUN echo $((1<<2))                  | echo $((1<<2))",
                "RUN <<EOF;# not a comment;a \\;EOF  | # not a comment;a \\;"
            })
    void hereDocumentsArePartOfTheCommand(String lines, String command) {
        Dockerfile file = Dockerfile.parse("FROM x\n" + lines.replace(';', '\n') + "\nUSER u\n");

        assertThat(run(file).command().argv(List.of("sh", "-c")))
                .containsExactly("sh", "-c", command.replace(';', '\n'));
        assertThat(file.stages().getFirst().instructions().getLast()).isInstanceOf(Instruction.User.class);
    }

    @Test
    void aHereDocumentMayBeAScriptOfItsOwn() {
        Instruction.Run run = (Instruction.Run) Instruction.parse("RUN <<EOF\n#!/usr/bin/env python3\nprint(1)\nEOF\n");

        assertThat(run.command().script().map(HereDocument::content)).contains("#!/usr/bin/env python3\nprint(1)\n");
        assertThat(run.command().argv(List.of("sh", "-c"))).containsExactly("sh", "-c", "/dev/pipes/EOF");
    }

    @Test
    void anInstructionCanStandInAnotherFileAgain() {
        String text = "RUN --mount=type=cache,target=/c \\\n# why\n cat <<A - <<-'B'\n1\nA\n2\n\tB\n";
        Instruction.Run run = (Instruction.Run) Instruction.parse(text);

        assertThat(run.source().asWritten()).isEqualTo(text.stripTrailing());
        assertThat(Instruction.parse(run.source().asWritten())).isEqualTo(run);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2 | FROM x;RUN <<EOF;a",
                "2 | FROM x;NOTHING a",
                "1 | RUN a;FROM x",
                "1 | ''",
                "1 | # only a comment",
                "1 | FROM",
                "1 | FROM a b",
                "1 | FROM a AS",
                "1 | FROM a AS 1",
                "1 | FROM a IS b",
                "1 | FROM --os=linux a",
                "2 | # escape=`;# escape=`;FROM x",
                "1 | # escape=x;FROM x",
                "4 | FROM x;RUN a \\;  b;COPY a"
            })
    void whatIsNoDockerfileIsRefusedWithItsLine(int line, String text) {
        assertThatExceptionOfType(DockerfileException.class)
                .isThrownBy(() -> Dockerfile.parse(text.replace(';', '\n')))
                .withMessageStartingWith("line " + line + ": ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing", "RUN a\nRUN b"})
    void oneInstructionIsNeitherNoneNorTwo(String text) {
        assertThatExceptionOfType(DockerfileException.class).isThrownBy(() -> Instruction.parse(text));
    }

    private static Instruction.Run run(Dockerfile file) {
        return (Instruction.Run) file.stages().getFirst().instructions().getFirst();
    }

    private static List<Integer> lines(Dockerfile file) {
        return file.stages().stream()
                .flatMap(stage -> stage.instructions().stream())
                .map(instruction -> instruction.source().line())
                .toList();
    }
}
