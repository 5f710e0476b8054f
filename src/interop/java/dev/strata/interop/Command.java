package dev.strata.interop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One call of a client, as a user would type it. */
record Command(List<String> words, Map<String, String> environment, Duration limit) {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    static Command of(String... words) {
        return new Command(List.of(words), Map.of(), LIMIT);
    }

    Command and(String... more) {
        List<String> all = new ArrayList<>(words);
        all.addAll(Arrays.asList(more));
        return new Command(List.copyOf(all), environment, limit);
    }

    Command with(String variable, String value) {
        Map<String, String> more = new LinkedHashMap<>(environment);
        more.put(variable, value);
        return new Command(words, Map.copyOf(more), limit);
    }

    /** For a call that may take longer than five minutes. */
    Command within(Duration longer) {
        return new Command(words, environment, longer);
    }

    /** Runs the command, which has to succeed. */
    Output run() {
        Output output = attempt();
        if (output.exitCode() != 0) {
            throw new AssertionError(this + " failed:\n" + output);
        }
        return output;
    }

    /** Runs the command, which may fail. */
    Output attempt() {
        try {
            return execute();
        } catch (IOException exception) {
            throw new AssertionError("'" + words.getFirst() + "' could not be run; .ci/install installs it", exception);
        } catch (InterruptedException exception) {
            Thread.currentThread().interrupt();
            throw new AssertionError(this + " was interrupted", exception);
        }
    }

    private Output execute() throws IOException, InterruptedException {
        // Files, not pipes: a client that prints much must not wait for a test that waits for the client.
        Path standard = Files.createTempFile("strata-interop", ".out");
        Path errors = Files.createTempFile("strata-interop", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(words)
                    .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(standard.toFile())
                    .redirectError(errors.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean ended = process.waitFor(limit.toSeconds(), TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly().waitFor();
            }
            Output output = new Output(process.exitValue(), text(standard), text(errors));
            if (!ended) {
                throw new AssertionError(this + " had not ended after " + limit + ":\n" + output);
            }
            return output;
        } finally {
            Files.delete(standard);
            Files.delete(errors);
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "'" + String.join(" ", words) + "'";
    }

    /** What a command left: most clients print results on one stream and progress on the other. */
    record Output(int exitCode, String standard, String errors) {

        /** The result alone, without the line break that ends it. */
        String result() {
            return standard.strip();
        }

        /** Both streams, for what a client prints on either. */
        String all() {
            return standard + errors;
        }

        @Override
        public String toString() {
            return "exit code " + exitCode + "\n" + all();
        }
    }
}
