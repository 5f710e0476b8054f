package dev.strata.agent;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Runs other programs, and ends them where the build is stopped. */
final class Commands {

    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Set<Process> running = ConcurrentHashMap.newKeySet();

    /**
     * Runs a program to its end.
     *
     * @param output gets each line of its output and its errors
     * @throws AgentException INVALID where it is not installed, BUILD_FAILED where it fails
     */
    void run(List<String> words, Map<String, String> environment, Consumer<String> output) {
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new AgentException(AgentException.Outcome.INVALID, words.getFirst() + " cannot be started: " + e.getMessage(), e);
        }
        running.add(process);
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            process.getOutputStream().close();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.accept(line);
            }
            int status = process.waitFor();
            if (status != 0) {
                throw new AgentException(
                        AgentException.Outcome.BUILD_FAILED, words.getFirst() + " ended with exit code " + status);
            }
        } catch (IOException e) {
            throw new AgentException(AgentException.Outcome.BUILD_FAILED, words.getFirst() + " was cut off", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AgentException(AgentException.Outcome.INTERRUPTED, "stopped", e);
        } finally {
            running.remove(process);
        }
    }

    /** Asks what runs to end, and after a while insists. */
    void stop() {
        running.forEach(Process::destroy);
        for (Process process : running) {
            try {
                if (!process.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
