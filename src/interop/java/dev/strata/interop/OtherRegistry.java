package dev.strata.interop;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A registry that knows nothing of layer caches: the one in crane. */
record OtherRegistry(Process process, Registry registry) implements AutoCloseable {

    private static final Duration TIME = Duration.ofSeconds(30);

    static OtherRegistry start() throws IOException {
        String address = "127.0.0.1:" + StrataProcess.freePort();
        Process process = new ProcessBuilder("crane", "registry", "serve", "--address", address)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        OtherRegistry started = new OtherRegistry(process, new Registry(address));
        await("crane's registry").atMost(TIME).until(started.registry::isReady);
        return started;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(TIME.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
