package dev.strata.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.strata.dockerfile.Instruction.Assignment;
import dev.strata.dockerfile.lines.HereDocument;
import dev.strata.dockerfile.text.DockerfileException;
import dev.strata.dockerfile.words.Expansion;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstructionTest {

    private static final Expansion EXPANSION = Expansion.of('\\', Map.of("v", "value", "two", "a b", "id", "x"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                // as written | expanded, name=value parted by ;
                "ENV a=b              | a=b",
                "ENV a=b c=d          | a=b;c=d",
                "ENV a b              | a=b",
                "ENV a b c = d        | a=b c = d",
                "ENV a=\"b c\"        | a=b c",
                "ENV a='b c' d=e      | a=b c;d=e",
                "ENV a=b\\ c          | a=b c",
                "ENV a=$v             | a=value",
                "ENV a='$v'           | a=$v",
                "ENV a=${u:-x}        | a=x",
                "ENV a=               | a=",
                "ENV a=$two           | a=a b",
                "ENV a=b=c            | a=b=c",
                "LABEL a=b            | a=b",
                "LABEL \"a.b\"=\"c d\" e=f | a.b=c d;e=f",
                "LABEL a=\"b\\\"c\"   | a=b\"c",
                "LABEL $v=1           | value=1"
            })
    void assignmentsAreExpanded(String text, String expected) {
        List<Assignment> assignments =
                switch (Instruction.parse(text).expand(EXPANSION)) {
                    case Instruction.Env env -> env.assignments();
                    case Instruction.Label label -> label.assignments();
                    case Instruction other -> throw new AssertionError(other);
                };

        assertThat(assignments.stream()
                        .map(each -> each.name() + "=" + each.value())
                        .collect(Collectors.joining(";")))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "RUN a b                 | sh,-c,a b",
                "RUN [\"a\", \"b c\"]    | a,b c",
                "RUN [ \"a\" ]           | a",
                "RUN [ -f x ] && y       | sh,-c,[ -f x ] && y",
                "RUN ['a']               | sh,-c,['a']",
                "RUN echo \"$v\"         | sh,-c,echo \"$v\"",
                "RUN --network=none a    | sh,-c,a",
                "CMD a                   | sh,-c,a",
                "CMD [\"a\"]             | a",
                "CMD []                  | ~~",
                "ENTRYPOINT a b          | sh,-c,a b"
            })
    void aCommandIsInTheShellOrExecForm(String text, String argv) {
        CommandLine command =
                switch (Instruction.parse(text)) {
                    case Instruction.Run run -> run.command();
                    case Instruction.Cmd cmd -> cmd.command();
                    case Instruction.Entrypoint entrypoint -> entrypoint.command();
                    case Instruction other -> throw new AssertionError(other);
                };

        assertThat(String.join(",", command.argv(List.of("sh", "-c")))).isEqualTo(argv);
    }

    @Test
    void copyHasItsFlags() {
        Instruction.Copy copy = (Instruction.Copy) Instruction.parse(
                        "COPY --from=build --chown=$v:1 --chmod=755 --link --parents --exclude=*.md --exclude=x $v b /d/$v")
                .expand(EXPANSION);

        assertThat(copy.from()).contains("build");
        assertThat(copy.chown()).contains("value:1");
        assertThat(copy.chmod()).contains("755");
        assertThat(copy.link()).isTrue();
        assertThat(copy.parents()).isTrue();
        assertThat(copy.exclude()).containsExactly("*.md", "x");
        assertThat(copy.sources()).containsExactly("value", "b");
        assertThat(copy.destination()).isEqualTo("/d/value");
    }

    @Test
    void copyTakesAJsonArrayForPathsWithSpace() {
        Instruction.Copy copy = (Instruction.Copy) Instruction.parse("COPY [\"a b\", \"c\", \"/d e/\"]");

        assertThat(copy.sources()).containsExactly("a b", "c");
        assertThat(copy.destination()).isEqualTo("/d e/");
        assertThat(copy.link()).isFalse();
    }

    @Test
    void copyTakesFilesFromTheDockerfile() {
        Instruction.Copy copy = (Instruction.Copy) Instruction.parse("""
                COPY <<one <<-"two" x /dest/
                a $v
                one
                \tb $v
                two
                """).expand(EXPANSION);

        assertThat(copy.sources()).containsExactly("x");
        assertThat(copy.documents()).extracting(HereDocument::name).containsExactly("one", "two");
        assertThat(copy.documents()).extracting(HereDocument::content).containsExactly("a value\n", "b $v\n");
    }

    @Test
    void addHasItsFlags() {
        Instruction.Add add = (Instruction.Add) Instruction.parse(
                "ADD --checksum=sha256:24 --keep-git-dir=false --unpack --link=false https://a.example/x /");

        assertThat(add.checksum()).contains("sha256:24");
        assertThat(add.keepGitDir()).contains(false);
        assertThat(add.unpack()).contains(true);
        assertThat(add.link()).isFalse();
        assertThat(add.sources()).containsExactly("https://a.example/x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "type=bind,target=/a            | BIND | ~~    | ~~  | /a | true  | ~~",
                "target=/a                      | BIND | ~~    | ~~  | /a | true  | ~~",
                "type=bind,src=s,dst=/a,rw      | BIND | ~~    | s   | /a | false | ~~",
                "from=b,source=/s,destination=/a,ro=false | BIND | b | /s | /a | false | ~~",
                "type=cache,target=/a           | CACHE | ~~   | ~~  | /a | false | ~~",
                "type=cache,id=$id,target=/a,readonly | CACHE | ~~ | ~~ | /a | true | x",
                "type=tmpfs,target=/$v,size=1   | TMPFS | ~~   | ~~  | /value | false | ~~",
                "type=secret,id=s               | SECRET | ~~  | ~~  | ~~ | true  | s",
                "type=ssh,required              | SSH  | ~~    | ~~  | ~~ | true  | ~~",
                "\"target=/a,b\",type=tmpfs     | TMPFS | ~~   | ~~  | /a,b | false | ~~"
            })
    void aMountIsRead(String text, Mount.Type type, String from, String source, String target, boolean readOnly, String id) {
        Instruction.Run run = (Instruction.Run) Instruction.parse("RUN --mount='" + text + "' a");

        assertThat(run.mounts(EXPANSION)).singleElement().satisfies(mount -> {
            assertThat(mount.type()).isEqualTo(type);
            assertThat(mount.from().orElse("")).isEqualTo(from);
            assertThat(mount.source().orElse("")).isEqualTo(source);
            assertThat(mount.target().orElse("")).isEqualTo(target);
            assertThat(mount.readOnly()).isEqualTo(readOnly);
            assertThat(mount.id().orElse("")).isEqualTo(id);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"type=x", "target", "colour=red", "type=cache,ro=perhaps"})
    void whatIsNoMountIsRefused(String text) {
        Instruction.Run run = (Instruction.Run) Instruction.parse("\n\nRUN --mount=" + text + " a");

        assertThatExceptionOfType(DockerfileException.class)
                .isThrownBy(() -> run.mounts(EXPANSION))
                .withMessageStartingWith("line 3: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "HEALTHCHECK NONE                             | NONE           | 0s   | 0",
                "HEALTHCHECK CMD a b                          | CMD-SHELL,a b  | 0s   | 0",
                "HEALTHCHECK CMD [\"a\", \"b\"]               | CMD,a,b        | 0s   | 0",
                "HEALTHCHECK --interval=1m30s --retries=3 cmd a | CMD-SHELL,a  | 90s  | 3",
                "HEALTHCHECK --interval=1.5s CMD a            | CMD-SHELL,a    | 1.5s | 0",
                "HEALTHCHECK --interval=100ms CMD a           | CMD-SHELL,a    | 0.1s | 0",
                "HEALTHCHECK --interval=0 CMD a               | CMD-SHELL,a    | 0s   | 0"
            })
    void aHealthcheckIsRead(String text, String test, String interval, int retries) {
        Instruction.Healthcheck healthcheck = (Instruction.Healthcheck) Instruction.parse(text);

        assertThat(String.join(",", healthcheck.test())).isEqualTo(test);
        assertThat(healthcheck.interval()).isEqualTo(Duration.parse("PT" + interval));
        assertThat(healthcheck.retries()).isEqualTo(retries);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "EXPOSE 80 $two 443/udp | [443/udp, a, b, 80]",
                "EXPOSE 8080            | [8080]"
            })
    void aVariableMayHoldSeveralPorts(String text, String ports) {
        Instruction.Expose expose = (Instruction.Expose) Instruction.parse(text).expand(EXPANSION);

        assertThat(expose.ports())
                .containsExactlyInAnyOrder(ports.substring(1, ports.length() - 1).split(", "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "ONBUILD RUN a              | RUN a",
                "onbuild   COPY . /app      | COPY . /app",
                "ONBUILD RUN <<EOF;a;EOF    | RUN <<EOF;a;EOF"
            })
    void aTriggerIsKeptAsItIsWritten(String text, String trigger) {
        Instruction.OnBuild onBuild = (Instruction.OnBuild) Instruction.parse(text.replace(';', '\n'));

        assertThat(onBuild.trigger()).isEqualTo(trigger.replace(';', '\n'));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "WORKDIR /a/$v     | WORKDIR | /a/value",
                "USER $v:1         | USER | value:1",
                "STOPSIGNAL $v     | STOPSIGNAL | value",
                "VOLUME $v /b      | VOLUME | value,/b",
                "VOLUME [\"$v\"]   | VOLUME | value",
                "MAINTAINER a $v   | MAINTAINER | a $v"
            })
    void someInstructionsHaveOnePlace(String text, String name, String value) {
        String expanded =
                switch (Instruction.parse(text).expand(EXPANSION)) {
                    case Instruction.Workdir workdir -> workdir.path();
                    case Instruction.User user -> user.name();
                    case Instruction.StopSignal stopSignal -> stopSignal.signal();
                    case Instruction.Volume volume -> String.join(",", volume.paths());
                    case Instruction.Maintainer maintainer -> maintainer.name();
                    case Instruction other -> throw new AssertionError(other);
                };

        assertThat(text).startsWith(name);
        assertThat(expanded).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ENV", "ENV a", "ENV a=b c", "ENV =b", "LABEL a", "ARG", "ARG =a", "COPY a", "COPY", "COPY --from a b", "ADD a",
                "COPY --nothing a b", "COPY --chown=1 --chown=2 a b", "COPY --link=perhaps a b", "COPY a <<EOF\nEOF",
                "RUN --network=bridge a", "RUN --security=none a", "RUN [1]", "RUN [\"a\", 1]", "SHELL a", "SHELL []", "SHELL",
                "WORKDIR", "USER", "USER --x a", "VOLUME", "VOLUME [\"\"]", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK",
                "HEALTHCHECK CMD", "HEALTHCHECK NONE a", "HEALTHCHECK a", "HEALTHCHECK --interval=1 CMD a",
                "HEALTHCHECK --interval=1ns CMD a", "HEALTHCHECK --retries=-1 CMD a", "HEALTHCHECK --retries=x CMD a",
                "ONBUILD", "ONBUILD FROM a", "ONBUILD ONBUILD RUN a", "ONBUILD MAINTAINER a", "ONBUILD ENV a", "MAINTAINER"
            })
    void whatIsNoInstructionIsRefused(String text) {
        assertThatExceptionOfType(DockerfileException.class)
                .isThrownBy(() -> Instruction.parse(text))
                .withMessageStartingWith("line 1: ");
    }
}
