package dev.strata.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.agent.AgentException;
import dev.strata.agent.builders.Dialect;
import dev.strata.cache.lookup.AskedInstruction;
import dev.strata.dockerfile.Dockerfile;
import dev.strata.dockerfile.Instruction;
import dev.strata.dockerfile.Mount;
import dev.strata.dockerfile.text.RawText;
import dev.strata.problem.RegistryException;
import dev.strata.step.BuildState;
import dev.strata.step.Content;
import dev.strata.step.Operation;
import dev.strata.testing.DockerfileCorpus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever asks for the layer of one instruction asks for the step that a build makes of it. */
class SameStepTest {

    private static final Path PLANS = Path.of("src/interop/resources/plans");

    @TempDir
    Path context;

    /** An instruction that a build carries out, what it sees, and what the agent makes of it. */
    private record Planned(Instruction instruction, BuildState before, Operation operation) {

        Operation asked() {
            return asked(operation instanceof Operation.Copy copy ? Optional.of(copy.content()) : Optional.empty());
        }

        Operation asked(Optional<Content> content) {
            return new AskedInstruction(instruction.source().asWritten(), content).operation(before.copy());
        }
    }

    private List<Planned> planned(String dockerfile) {
        List<Planned> planned = new ArrayList<>();
        for (StagePlan stage : Plans.of(dockerfile, context, Dialect.BUILDKIT, Map.of("GIVEN", "1")).stages()) {
            for (int i = 0; i < stage.instructions().size(); i++) {
                PlannedInstruction each = stage.instructions().get(i);
                BuildState before = stage.stateAfter(i).seen();
                each.operation()
                        .filter(operation -> !isBound(each))
                        .ifPresent(operation -> planned.add(new Planned(each.instruction(), before, operation)));
            }
        }
        return planned;
    }

    /** What a bind mount holds cannot be asked for. */
    private static boolean isBound(PlannedInstruction planned) {
        return planned.instruction() instanceof Instruction.Run run
                && run.mounts(planned.after().expansion()).stream().anyMatch(mount -> mount.type() == Mount.Type.BIND);
    }

    /** The files that can be planned here, with the escape character that a single instruction has. */
    private List<Planned> plannedOfCorpus() {
        return Stream.concat(DockerfileCorpus.all().stream(), DockerfileCorpus.all(PLANS).stream())
                .map(each -> RawText.of(each.file()).replaceFirst("^@ .*\n", ""))
                .filter(RawText::isUnicode)
                .flatMap(text -> {
                    try {
                        return Dockerfile.parse(text).directives().escape() == '\\' ? planned(text).stream() : Stream.of();
                    } catch (RegistryException | AgentException refused) {
                        return Stream.of(); // by every builder
                    }
                })
                .toList();
    }

    @Test
    void anInstructionIsTheSameStepForWhoeverAsks() {
        List<Planned> planned = plannedOfCorpus();
        assertThat(planned).hasSizeGreaterThan(100);
        assertThat(planned).allSatisfy(each -> assertThat(each.asked()).isEqualTo(each.operation()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RUN <<E\n#!/bin/sh\necho $A\nE",
                "RUN <<E\n#!/bin/sh\necho other\nE",
                "RUN <<E cat\ntext\nE",
                "SHELL [\"/bin/bash\", \"-ec\"]\nRUN echo $A",
                "WORKDIR sub/../$A",
                "USER u\nRUN --network=none --mount=type=cache,target=/c,id=$A,sharing=locked true",
                "ARG GIVEN=2\nENV B=1\nARG B=3\nRUN echo $GIVEN $B",
            })
    void alsoWhereItSeesWhatStandsBeforeIt(String instructions) {
        List<Planned> planned = planned("FROM base\nENV A=a\nWORKDIR /w\n" + instructions);
        Planned last = planned.getLast();
        assertThat(last.asked()).isEqualTo(last.operation());
    }

    @Test
    void theTextOfAScriptIsPartOfTheStep() {
        Planned one = planned("FROM base\nRUN <<E\n#!/bin/sh\necho one\nE").getLast();
        Planned other = planned("FROM base\nRUN <<E\n#!/bin/sh\necho other\nE").getLast();
        assertThat(one.asked()).isNotEqualTo(other.asked());
    }

    @Test
    void aDownloadIsKnownByItsChecksum() {
        Planned add = planned("FROM base\nADD --checksum=sha256:%s https://h/f.tar /d/".formatted("ab".repeat(32))).getLast();
        assertThat(add.asked(Optional.empty())).isEqualTo(add.operation());
    }
}
