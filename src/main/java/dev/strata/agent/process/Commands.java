package dev.strata.agent.process;

import dev.strata.agent.AgentException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Runs other programs, and ends them with all that they started where the build is stopped. */
public final class Commands {

    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration MOMENT = Duration.ofMillis(50);
    /** How programs begin to say what went wrong. */
    private static final Pattern COMPLAINT = Pattern.compile("(?i)^(error|failed|fatal)\\b");

    private static final int LONGEST_REASON = 500;

    private final UnaryOperator<String> programs;
    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private boolean stopped;
    private Optional<Orphans> orphans = Optional.empty();

    public Commands() {
        this(UnaryOperator.identity());
    }

    /** @param programs where a program is, by its name */
    public Commands(UnaryOperator<String> programs) {
        this.programs = programs;
    }

    /**
     * Runs a program to its end.
     *
     * @param output gets each line of its output and its errors
     * @throws AgentException INVALID where it is not installed, INTERRUPTED where it was stopped
     * @throws ProgramFailedException where it fails
     */
    public void run(List<String> words, Map<String, String> environment, Consumer<String> output) {
        AtomicReference<String> complaint = new AtomicReference<>("");
        AtomicReference<String> last = new AtomicReference<>("");
        try {
            carryOut(words, environment, line -> {
                String text = line.strip();
                if (COMPLAINT.matcher(text).find()) {
                    complaint.set(text);
                }
                if (!text.isEmpty()) {
                    last.set(text);
                }
                output.accept(line);
            });
        } catch (ProgramFailedException e) {
            String reason = complaint.get().isEmpty() ? last.get() : complaint.get();
            throw reason.isEmpty() ? e : e.saying(shortened(reason));
        }
    }

    private static String shortened(String reason) {
        return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "…";
    }

    private void carryOut(List<String> words, Map<String, String> environment, Consumer<String> output) {
        Process process = start(words, environment);
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            process.getOutputStream().close();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.accept(line);
            }
            int status = process.waitFor();
            if (isStopped()) {
                throw new AgentException(AgentException.Outcome.INTERRUPTED, "stopped");
            }
            if (status != 0) {
                throw new ProgramFailedException(words.getFirst(), status);
            }
        } catch (IOException e) {
            throw isStopped() // whoever ends a program closes its output
                    ? new AgentException(AgentException.Outcome.INTERRUPTED, "stopped", e)
                    : new AgentException(AgentException.Outcome.BUILD_FAILED, words.getFirst() + " was cut off", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AgentException(AgentException.Outcome.INTERRUPTED, "stopped", e);
        } finally {
            end(process);
            running.remove(process);
        }
    }

    /** @param commandFailed what the program prints where a command of the Dockerfile failed */
    public void run(List<String> words, Map<String, String> environment, Consumer<String> output, Pattern commandFailed) {
        AtomicReference<String> reason = new AtomicReference<>("");
        try {
            run(words, environment, line -> {
                if (commandFailed.matcher(line).find()) {
                    reason.set(line);
                }
                output.accept(line);
            });
        } catch (ProgramFailedException e) {
            throw reason.get().isEmpty() ? e : e.because(shortened(reason.get().strip()));
        }
    }

    /** What a program prints that only tells something or tidies up; empty where it fails or prints nothing. */
    public Optional<List<String>> lines(String... words) {
        List<String> lines = new ArrayList<>();
        try {
            run(List.of(words), Map.of(), lines::add);
        } catch (AgentException e) {
            if (e.outcome() == AgentException.Outcome.INTERRUPTED) {
                throw e;
            }
            return Optional.empty();
        }
        return lines.isEmpty() ? Optional.empty() : Optional.of(lines);
    }

    private synchronized Process start(List<String> words, Map<String, String> environment) {
        if (stopped) {
            throw new AgentException(AgentException.Outcome.INTERRUPTED, "stopped");
        }
        List<String> located = new ArrayList<>(words);
        located.set(0, programs.apply(words.getFirst()));
        if (orphans.isEmpty()) {
            orphans = Optional.of(Orphans.adopt());
        }
        ProcessBuilder builder = new ProcessBuilder(located).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Utf8Restart.undo(builder.environment());
        try {
            Process process = builder.start();
            running.add(process);
            return process;
        } catch (IOException e) {
            throw new AgentException(
                    AgentException.Outcome.INVALID, words.getFirst() + " cannot be started: " + e.getMessage(), e);
        }
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    /** Ends what runs, with all that it started, and lets nothing be started any more. */
    public void stop() {
        Optional<Orphans> left;
        synchronized (this) {
            stopped = true;
            left = orphans;
        }
        endRunning();
        // Once more for what came while they ended.
        left.ifPresent(these -> {
            end(these.living().toList());
            end(these.living().toList());
        });
    }

    /** Ends what runs, with all that it started. */
    public void endRunning() {
        running.forEach(Commands::end);
    }

    /** Asks a program to end, and after a while insists; what it started is ended with it. */
    private static void end(Process process) {
        if (!process.isAlive()) {
            return;
        }
        // Whose parent ends is nobody's child any more, so that they are looked up before.
        Set<ProcessHandle> family = new HashSet<>();
        process.descendants().forEach(family::add);
        process.destroy();
        if (!hasEnded(process.toHandle())) {
            process.descendants().forEach(family::add);
            process.destroyForcibly();
        }
        end(family);
    }

    private static void end(Collection<ProcessHandle> family) {
        family.forEach(ProcessHandle::destroy);
        for (ProcessHandle member : family) {
            if (!hasEnded(member)) {
                member.destroyForcibly();
            }
        }
    }

    private static boolean hasEnded(ProcessHandle process) {
        long start = System.nanoTime();
        while (true) {
            try {
                process.onExit().get(MOMENT.toMillis(), TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException e) {
                if (Orphans.isZombie(process)) {
                    return true;
                }
                if (System.nanoTime() - start > GRACE.toNanos()) {
                    return false;
                }
            } catch (ExecutionException e) {
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
