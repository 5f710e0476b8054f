package dev.strata.crash;

import static org.awaitility.Awaitility.await;

import dev.strata.model.RegistryCalls;
import dev.strata.testing.FreePort;
import dev.strata.testing.PackagedStrata;
import dev.strata.testing.S3Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** {@link PackagedStrata} as a process of its own, which can be killed where it stands. */
public final class KillableServer implements AutoCloseable {

    private static final Duration LONGEST_START = Duration.ofMinutes(2);

    private final Process process;
    private final RegistryCalls calls;
    private final Path log;
    private final int port;
    private volatile boolean killed;

    private KillableServer(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.calls = new RegistryCalls(URI.create("http://127.0.0.1:" + port));
        this.log = log;
    }

    /** Starts the registry on a data directory, as it is, and waits until it serves. */
    public static KillableServer start(Path dataDirectory, String... settings) throws IOException {
        return launch(dataDirectory, settings).waitUntilItServes();
    }

    /** Starts it with the flags that users give it and no others, for a test that goes on for long. */
    public static KillableServer startForLong(Path dataDirectory, String... settings) throws IOException {
        return launch(List.of(), dataDirectory, settings).waitUntilItServes();
    }

    private KillableServer waitUntilItServes() {
        await("the registry's start").atMost(LONGEST_START).until(this::serves);
        return this;
    }

    /** Starts it and waits for nothing. */
    static KillableServer launch(Path dataDirectory, String... settings) throws IOException {
        // It does not live long enough for what the second compiler makes.
        return launch(List.of("-XX:TieredStopAtLevel=1"), dataDirectory, settings);
    }

    private static KillableServer launch(List<String> flags, Path dataDirectory, String... settings) throws IOException {
        int port = FreePort.next();
        Path log = Files.createTempFile(Files.createDirectories(Path.of("target", "crash")), "strata-", ".log");
        List<String> command = PackagedStrata.words(flags.toArray(String[]::new));
        command.addAll(List.of("serve", "--server.port=" + port, "--strata.data-dir=" + dataDirectory));
        Stream.of(settings).map(setting -> "--" + setting).forEach(command::add);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(S3Server.environment());
        Process process = builder.start();
        // A test run that is broken off must not leave servers behind.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new KillableServer(process, port, log);
    }

    private boolean serves() throws IOException {
        if (!process.isAlive()) {
            throw new AssertionError("The registry ended with " + process.exitValue() + ":\n" + log());
        }
        try {
            int status = calls.get("/v2/").status();
            return status == 200 || status == 401;
        } catch (ConnectException e) {
            return false; // it does not listen yet
        }
    }

    public int port() {
        return port;
    }

    public RegistryCalls calls() {
        return calls;
    }

    /** What it has printed since its start. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Whether a broken connection is what a client has to expect now. */
    public boolean isKilled() {
        return killed;
    }

    /** Ends the process with SIGKILL: it gets to do nothing more. */
    public void kill() {
        killed = true;
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
        calls.close();
    }
}
