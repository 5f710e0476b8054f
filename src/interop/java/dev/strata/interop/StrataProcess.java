package dev.strata.interop;

import static org.awaitility.Awaitility.await;

import dev.strata.testing.FreePort;
import dev.strata.testing.PackagedStrata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * {@link PackagedStrata} as a process of its own on a free loopback port.
 *
 * <p>The system property {@code strata.interop.command} names another program to start in its place; it gets the same
 * arguments.
 */
final class StrataProcess implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration STOP = Duration.ofSeconds(30);

    private final Process process;
    private final Registry registry;
    private final Path log;

    private StrataProcess(Process process, Registry registry, Path log) {
        this.process = process;
        this.registry = registry;
        this.log = log;
    }

    /** Starts a registry on a data directory, with these options too, and waits until it answers. */
    static StrataProcess start(Path dataDirectory, String... options) {
        return start(program(), dataDirectory, options);
    }

    /**
     * The same by another program.
     *
     * @param program the words that start it
     */
    static StrataProcess start(List<String> program, Path dataDirectory, String... options) {
        try {
            Registry registry = new Registry("127.0.0.1:" + FreePort.next());
            return start(program, registry, registry::isReady, dataDirectory, options);
        } catch (IOException exception) {
            throw new UncheckedIOException(exception);
        }
    }

    /**
     * The same for a registry at an address that is known.
     *
     * @param isReady whether it answers
     */
    static StrataProcess start(Registry registry, BooleanSupplier isReady, Path dataDirectory, String... options) {
        return start(program(), registry, isReady, dataDirectory, options);
    }

    private static StrataProcess start(
            List<String> program, Registry registry, BooleanSupplier isReady, Path dataDirectory, String... options) {
        try {
            String port = registry.address().substring(registry.address().lastIndexOf(':') + 1);
            Path log = Files.createTempFile(Files.createDirectories(Path.of("target", "interop")), "strata-", ".log");
            List<String> words = new ArrayList<>(program);
            // Tests build the same few files: none of them is to find what another one has built.
            Collections.addAll(
                    words,
                    "serve",
                    "--server.port=" + port,
                    "--strata.data-dir=" + dataDirectory,
                    "--strata.cache.share=shared/**");
            Collections.addAll(words, options);
            Process process = new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
            // A test run that is broken off must not leave servers behind.
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            StrataProcess started = new StrataProcess(process, registry, log);
            await("Strata's start").atMost(START).until(() -> started.isAliveAnd(isReady));
            return started;
        } catch (IOException exception) {
            throw new UncheckedIOException(exception);
        }
    }

    Registry registry() {
        return registry;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Stops the process and waits for its end. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("Strata did not stop within " + STOP + ", see " + log);
            }
        } catch (InterruptedException exception) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(exception);
        }
    }

    private boolean isAliveAnd(BooleanSupplier isReady) throws IOException {
        if (!process.isAlive()) {
            throw new AssertionError("Strata ended with exit code " + process.exitValue() + ":\n" + Files.readString(log));
        }
        return isReady.getAsBoolean();
    }

    /** The words that start Strata. */
    static List<String> program(String... moreFlags) {
        String replacement = System.getProperty("strata.interop.command");
        if (replacement != null) {
            return new ArrayList<>(List.of(replacement));
        }
        // Its heap is far smaller than what is pushed: no body may be held in memory.
        return PackagedStrata.words(moreFlags);
    }
}
