package dev.strata.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.strata.agent.AgentException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {

    private final Commands commands = new Commands();

    /** Programs with children, one of which does not listen. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "echo $$; sleep 1000",
                "sleep 1000 & echo $!; wait",
                "(sh -c 'echo $$; sleep 1000') & wait",
                "(trap '' TERM; sh -c 'echo $$; exec sleep 1000') & wait"
            })
    void nothingRunsOnWhereABuildIsStopped(String script) throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<?> run = thread.submit(() -> commands.run(List.of("sh", "-c", script), Map.of(), lines::add));
            await().until(() -> !lines.isEmpty());
            ProcessHandle child = ProcessHandle.of(Long.parseLong(lines.getFirst())).orElseThrow();

            commands.stop();

            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(run::get)
                    .havingCause()
                    .isInstanceOfSatisfying(AgentException.class, e -> assertThat(e.exitCode()).isEqualTo(130));
            await().until(() -> !child.isAlive() || Orphans.isZombie(child));
        }
    }

    /** So do podman and its containers where Ctrl-C reaches all of them. */
    @Test
    void whatAProgramLeavesBehindEndsWithTheBuild() throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<?> run = thread.submit(() -> commands.run(
                    List.of("sh", "-c", "sh -c 'setsid sh -c \"echo \\$\\$; exec sleep 1000\" & sleep 0.1'; exec sleep 1000"),
                    Map.of(),
                    lines::add));
            await().until(() -> !lines.isEmpty());
            ProcessHandle orphan = ProcessHandle.of(Long.parseLong(lines.getFirst())).orElseThrow();
            await()
                    .until(() -> orphan.parent().map(ProcessHandle::pid).equals(Optional.of(ProcessHandle.current().pid())));

            commands.stop();

            await().until(() -> !orphan.isAlive() || Orphans.isZombie(orphan));
            assertThatExceptionOfType(ExecutionException.class).isThrownBy(run::get);
        }
    }

    @Test
    void whereABuildIsStoppedNothingIsStarted() {
        commands.stop();

        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(() -> commands.run(List.of("sh", "-c", "echo x"), Map.of(), line -> {}))
                .satisfies(e -> assertThat(e.outcome()).isEqualTo(AgentException.Outcome.INTERRUPTED));
    }

    @Test
    void aProgramsExitCodeIsTheBuilds() {
        assertThatExceptionOfType(ProgramFailedException.class)
                .isThrownBy(() -> commands.run(List.of("sh", "-c", "exit 42"), Map.of(), line -> {}))
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(42))
                .satisfies(e -> assertThat(e.mayBuilderSucceed()).isTrue());
    }
}
