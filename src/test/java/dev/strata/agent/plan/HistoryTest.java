package dev.strata.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.agent.builders.Dialect;
import dev.strata.agent.connection.Http;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Histories and configurations as BuildKit 0.34, docker 20.10 and buildah 1.28 were seen to write them. */
class HistoryTest {

    @TempDir
    private Path context;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                // an instruction, behind ARG V=1 and ARG W | what BuildKit says | whether there is a layer
                "ENV A=1 B=\"two words\"      | ENV A=1 B=two words | false",
                "ENV P=/x:$PATH               | ENV P=/x:/usr/bin:/bin | false",
                "LABEL a=\"b c\" d=e          | LABEL a=b c d=e | false",
                "ARG X                        | ARG X | false",
                "ARG X=$V                     | ARG X=1 | false",
                "ARG W=default                | ARG W=given | false",
                "SHELL [\"/bin/sh\", \"-ec\"] | SHELL [/bin/sh -ec] | false",
                "EXPOSE 80 443/udp            | EXPOSE [443/udp 80/tcp] | false",
                "EXPOSE 8000-8002             | EXPOSE [8000/tcp 8001/tcp 8002/tcp] | false",
                "VOLUME /data /data2          | VOLUME [/data /data2] | false",
                "USER 1000:1000               | USER 1000:1000 | false",
                "WORKDIR /app                 | WORKDIR /app | true",
                "WORKDIR app/../x             | WORKDIR /x | true",
                "WORKDIR /                    | WORKDIR / | false",
                "WORKDIR /app/                | WORKDIR /app/ | true",
                "WORKDIR /a//b/../c/          | WORKDIR /a//b/../c/ | true",
                "WORKDIR rel/                 | WORKDIR /rel | true",
                "COPY . sub /dest/            | COPY . sub /dest/ # buildkit | true",
                "COPY --chown=1:2 --chmod=600 . /d | COPY --chown=1:2 --chmod=600 . /d # buildkit | true",
                "ADD . /add/                  | ADD . /add/ # buildkit | true",
                "RUN echo \"$V\" | ~RUN |2 V=1 W=given /bin/sh -c echo \"$V\" # buildkit~ | true",
                "RUN [\"/bin/true\"]          | ~RUN |2 V=1 W=given /bin/true # buildkit~ | true",
                "STOPSIGNAL SIGTERM           | STOPSIGNAL SIGTERM | false",
                "HEALTHCHECK --interval=30s --retries=2 CMD echo ok | "
                        + "HEALTHCHECK {Test:[CMD-SHELL echo ok] Interval:30s Timeout:0s StartPeriod:0s StartInterval:0s Retries:2} | false",
                "ENTRYPOINT [\"cat\"]         | ENTRYPOINT [\"cat\"] | false",
                "CMD /out \"x\"               | CMD [\"/bin/sh\" \"-c\" \"/out \\\"x\\\"\"] | false",
                "MAINTAINER me                | MAINTAINER me | false"
            })
    void buildKitsHistory(String instruction, String createdBy, boolean layer) {
        PlannedInstruction planned = last(instruction, Dialect.BUILDKIT);

        assertThat(planned.createdBy()).isEqualTo(createdBy);
        assertThat(planned.makesLayer()).isEqualTo(layer);
        assertThat(planned.hasEntry()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "EXPOSE 80 443/udp    | EXPOSE map[443/udp:{} 80/tcp:{}]",
                "COPY --chown=1:2 . / | COPY . / # buildkit",
                "ARG W                | ARG W",
                "ARG W=a$V            | ARG W=a1",
                "HEALTHCHECK --interval=30s --retries=2 CMD echo ok | HEALTHCHECK &{[\"CMD-SHELL\" \"echo ok\"] \"30s\" \"0s\" \"0s\" '\\x02'}"
            })
    void theHistoryOfOlderEnginesDiffers(String instruction, String createdBy) {
        assertThat(last(instruction, Dialect.DOCKER_20).createdBy()).isEqualTo(createdBy);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "ENV P=/x:$PATH       | /bin/sh -c #(nop) ENV P=/x:$PATH | false",
                "env A=1              | /bin/sh -c #(nop) ENV A=1 | false",
                "ARG X=1              | /bin/sh -c #(nop) ARG V W X | false",
                "ARG X                | /bin/sh -c #(nop) ARG V W | false",
                "ARG X=\"a b\"        | /bin/sh -c #(nop) ARG V W X | false",
                "RUN true             | ~|2 V=1 W=given /bin/sh -c true~ | true",
                "RUN [\"true\"]       | ~|2 V=1 W=given /bin/sh -c [\"true\"]~ | true",
                "WORKDIR /x/y         | /bin/sh -c #(nop) WORKDIR /x/y | false",
                "CMD []               | /bin/sh -c #(nop) CMD [] | false",
                "ONBUILD RUN x        | /bin/sh -c #(nop) ONBUILD RUN x | false"
            })
    void buildahsHistory(String instruction, String createdBy, boolean layer) {
        PlannedInstruction planned = last(instruction, Dialect.BUILDAH);

        assertThat(planned.createdBy()).isEqualTo(createdBy);
        assertThat(planned.makesLayer()).isEqualTo(layer);
    }

    @Test
    void buildahCountsTheWordsOfArguments() {
        BuildPlan plan = Plans.of("FROM x\nARG A='b c d'\nRUN true", context, Dialect.BUILDAH, Map.of());

        assertThat(plan.target().instructions().getLast().createdBy()).isEqualTo("|3 A=b c d /bin/sh -c true");
    }

    @Test
    void theConfigurationIsThatOfTheBuilder() {
        BuildPlan plan = Plans.of(
                """
                FROM x
                LABEL a="b c" d=e
                ENV PATH2=/x:$PATH A=1
                ENV A=2
                SHELL ["/bin/sh", "-ec"]
                EXPOSE 80 443/udp
                VOLUME /data
                USER 1000
                WORKDIR /app
                WORKDIR rel
                STOPSIGNAL SIGTERM
                HEALTHCHECK --interval=30s --retries=2 CMD echo ok
                CMD before
                ENTRYPOINT ["cat"]
                CMD /out
                ONBUILD RUN echo hi
                MAINTAINER me
                """,
                context,
                Dialect.BUILDKIT,
                Map.of());

        assertThat(end(plan)).isEqualTo(Http.JSON.readTree("""
                {"architecture":"amd64","os":"linux","author":"me","config":{
                 "Env":["PATH=/usr/bin:/bin","PATH2=/x:/usr/bin:/bin","A=2"],"Labels":{"a":"b c","d":"e"},
                 "Shell":["/bin/sh","-ec"],"ExposedPorts":{"443/udp":{},"80/tcp":{}},"Volumes":{"/data":{}},"User":"1000",
                 "WorkingDir":"/app/rel","StopSignal":"SIGTERM",
                 "Healthcheck":{"Test":["CMD-SHELL","echo ok"],"Interval":30000000000,"Retries":2},
                 "Entrypoint":["cat"],"Cmd":["/bin/sh","-ec","/out"],"ArgsEscaped":true,"OnBuild":["RUN echo hi"]}}
                """));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "ENTRYPOINT [\"e\"]               | ~~", // a base's CMD goes with its ENTRYPOINT
                "CMD [\"c\"];ENTRYPOINT [\"e\"]   | c",
                "ENTRYPOINT [\"e\"];CMD [\"c\"]   | c",
                "CMD []                           | ~~",
                "LABEL a=b                        | base"
            })
    void anEntrypointForgetsTheCommandOfTheBase(String instructions, String command) {
        String base = Plans.CONFIG.replace("\"OnBuild\":[]", "\"Cmd\":[\"base\"]");

        BuildPlan plan = Plans.onBase(base, "FROM x\n" + instructions.replace(';', '\n'), context);

        assertThat(end(plan).path("config").path("Cmd").path(0).asString("")).isEqualTo(command);
    }

    @Test
    void theTriggersOfABaseAreRunFirst() {
        String base = Plans.CONFIG.replace("\"OnBuild\":[]", "\"OnBuild\":[\"ENV A=1\",\"RUN a\"]");

        BuildPlan plan = Plans.onBase(base, "FROM x\nRUN b", context);

        assertThat(plan.target().instructions())
                .extracting(PlannedInstruction::createdBy)
                .containsExactly("ENV A=1", "RUN /bin/sh -c a # buildkit", "RUN /bin/sh -c b # buildkit");
        assertThat(end(plan).path("config").has("OnBuild")).isFalse();
    }

    @Test
    void scratchHasADefaultPath() {
        JsonNode image = end(Plans.of("FROM scratch\nLABEL a=b", context, Dialect.BUILDKIT, Map.of()));

        assertThat(image.path("config").path("Env").path(0).asString("")).startsWith("PATH=/usr/local/sbin:");
        assertThat(image.path("config").path("WorkingDir").asString("")).isEqualTo("/");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "BUILDKIT  ; RUN |1 V=1 /bin/sh -c b # buildkit",
                "DOCKER_20 ; RUN /bin/sh -c b # buildkit",
                "BUILDAH   ; /bin/sh -c b"
            })
    void notEveryBuilderListsTheArgumentsOfAParentStage(Dialect dialect, String createdBy) {
        BuildPlan plan = Plans.of("FROM x AS a\nARG V=1\nFROM a\nRUN b", context, dialect, Map.of());

        assertThat(plan.target().instructions().getLast().createdBy()).isEqualTo(createdBy);
    }

    private PlannedInstruction last(String instruction, Dialect dialect) {
        String file = "FROM x\nARG V=1\nARG W\n" + instruction + "\n";
        List<PlannedInstruction> instructions =
                Plans.of(file, context, dialect, Map.of("W", "given")).target().instructions();
        return instructions.getLast();
    }

    private static JsonNode end(BuildPlan plan) {
        StagePlan target = plan.target();
        return target.stateAfter(target.instructions().size()).image();
    }
}
