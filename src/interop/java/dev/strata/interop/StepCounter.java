package dev.strata.interop;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Counts how often steps of a build are really run: each tells its name over the network of the host. */
final class StepCounter implements AutoCloseable {

    private final ServerSocket socket;
    private final List<String> names = new CopyOnWriteArrayList<>();

    StepCounter() throws IOException {
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::listen);
    }

    /** The words of a command that tells that it was run, for a Dockerfile's RUN. */
    String telling(String name, String command) {
        return "[\"bash\", \"-c\", \"echo %s >/dev/tcp/127.0.0.1/%d && %s\"]".formatted(name, socket.getLocalPort(), command);
    }

    /** How often each step was run. */
    Map<String, Long> counts() {
        return names.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void listen() {
        while (!socket.isClosed()) {
            try (Socket caller = socket.accept();
                    BufferedReader lines = new BufferedReader(new InputStreamReader(caller.getInputStream(), UTF_8))) {
                names.add(String.valueOf(lines.readLine()));
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
