package dev.strata.agent.builders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.strata.agent.process.Commands;
import dev.strata.agent.process.ProgramFailedException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a build says that failed: why, and whether another Dockerfile could help. */
class FailedCommandTest {

    private final Commands commands = new Commands();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "echo 'error: failed to solve: /missing: not found'; echo hint | error: failed to solve: /missing: not found",
                "echo one; echo 'Error: no such image'; echo               | Error: no such image",
                "echo one; echo two                                        | two"
            })
    void whateverAProgramSaidLastIsTold(String script, String reason) {
        assertThatExceptionOfType(ProgramFailedException.class)
                .isThrownBy(() -> commands.run(
                        List.of("sh", "-c", script + "; exit 3"), Map.of(), line -> {}, BuildKitBuilder.COMMAND_FAILED))
                .withMessage("sh ended with exit code 3: " + reason)
                .satisfies(e -> assertThat(e.mayBuilderSucceed()).isTrue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ERROR: failed to solve: process \"/bin/sh -c false\" did not complete successfully: exit code: 1",
                "executor failed running [/bin/sh -c false]: exit code: 1"
            })
    void aCommandThatFailedIsTheReason(String line) {
        assertThatExceptionOfType(ProgramFailedException.class)
                .isThrownBy(() -> commands.run(
                        List.of("sh", "-c", "echo '" + line + "'; exit 1"),
                        Map.of(),
                        printed -> {},
                        BuildKitBuilder.COMMAND_FAILED))
                .satisfies(e -> assertThat(e.mayBuilderSucceed()).isFalse())
                .withMessageEndingWith(line);
    }

    @Test
    void anotherProblemIsNot() {
        Pattern pattern = BuildKitBuilder.COMMAND_FAILED;
        assertThat(pattern.matcher("ERROR: failed to solve: dockerfile line greater than max allowed size").find()).isFalse();
        assertThat(pattern.matcher("failed to solve: granting entitlement network.host is not allowed").find()).isFalse();
    }
}
