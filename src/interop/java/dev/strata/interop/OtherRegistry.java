package dev.strata.interop;

import static org.awaitility.Awaitility.await;

import dev.strata.testing.FreePort;
import java.io.IOException;
import java.time.Duration;

/** A registry that knows nothing of layer caches: the one in crane. */
record OtherRegistry(Process process, Registry registry) implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(1);

    static OtherRegistry start() throws IOException {
        String address = "127.0.0.1:" + FreePort.next();
        Process process = new ProcessBuilder("crane", "registry", "serve", "--address", address)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        OtherRegistry started = new OtherRegistry(process, new Registry(address));
        await("crane's registry").atMost(START).until(started.registry::isReady);
        return started;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
